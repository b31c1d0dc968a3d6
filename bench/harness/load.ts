import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { GraphQLRequest } from '../scenarios/scenario.ts';

export interface LoadOptions {
  /** The compiled generator. */
  readonly binary: string;
  readonly port: number;
  /** A file of `writeBodies`. */
  readonly bodies: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second; unset: as many as the gateway takes. */
  readonly rate?: number;
  /** With a rate: the time begins with connections that have never been used. */
  readonly isFresh?: boolean;
  /** Without a rate: goes on past the time until that many are sent. */
  readonly atLeast?: number;
  /** Failures and lost connections are counted, and no reason to stop. */
  readonly isTolerant?: boolean;
}

/** What bench/native/load.c prints. */
export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  /** Answers with a status other than 200. */
  readonly failed: number;
  /** Of those, 503. */
  readonly refused: number;
  /** Requests whose connection was closed without an answer. */
  readonly lost: number;
  readonly seconds: number;
  readonly bodyBytes: number;
  readonly sameLength: boolean;
  /** Of answers with status 200. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const {
    binary,
    port,
    bodies,
    connections,
    seconds,
    rate = 0,
    atLeast = 0,
    isTolerant = false,
    isFresh = false,
  } = options;
  const list = [port, bodies, connections, seconds, rate, atLeast].map(String);
  if (isTolerant) list.push('tolerant');
  if (isFresh) list.push('fresh');
  const { stdout } = await promisify(execFile)(binary, list);
  const result = JSON.parse(stdout) as LoadResult;
  if (!isTolerant && (result.answered < result.sent || result.failed > 0)) {
    throw new Error(
      `Of ${result.sent} requests ${result.answered} were answered, ${result.failed} with a failure`,
    );
  }
  return result;
}

export function toBody({ query, variables }: GraphQLRequest): string {
  return JSON.stringify({ query, ...(variables && { variables }) });
}

export async function writeBodies(path: string, requests: readonly GraphQLRequest[]): Promise<void> {
  await writeFile(path, requests.map((request) => `${toBody(request)}\n`).join(''));
}
