import type { IncomingHttpHeaders } from 'node:http';
import type { Attributes } from '@tributary/telemetry';

const MAX_LENGTH = 64;

/** Which app sent the request, by the headers that Apollo's clients set. Bounded: clients write them as they like. */
export function clientAttributes(headers: IncomingHttpHeaders): Attributes {
  const name = bounded(headers['apollographql-client-name']);
  const version = bounded(headers['apollographql-client-version']);
  return {
    ...(name && { 'graphql.client.name': name }),
    ...(version && { 'graphql.client.version': version }),
  };
}

function bounded(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(/[^\w .:/+()@-]/g, '').slice(0, MAX_LENGTH);
}
