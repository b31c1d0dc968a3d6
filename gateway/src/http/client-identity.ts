import type { IncomingHttpHeaders } from 'node:http';
import type { Attributes } from '@tributary/telemetry';

const MAX_LENGTH = 64;

/** Which app sent a request, as it says of itself; empty where it says nothing. */
export interface ClientIdentity {
  readonly name: string;
  readonly version: string;
}

/** By the headers that Apollo's clients set. Bounded: clients write them as they like. */
export function clientOf(headers: IncomingHttpHeaders): ClientIdentity {
  return {
    name: bounded(headers['apollographql-client-name']) ?? '',
    version: bounded(headers['apollographql-client-version']) ?? '',
  };
}

export function clientAttributes(headers: IncomingHttpHeaders): Attributes {
  const { name, version } = clientOf(headers);
  return {
    ...(name && { 'graphql.client.name': name }),
    ...(version && { 'graphql.client.version': version }),
  };
}

function bounded(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(/[^\w .:/+()@-]/g, '').slice(0, MAX_LENGTH);
}
