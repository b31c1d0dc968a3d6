import type { ParseArgsOptionsConfig } from 'node:util';
import type { RegistryClient } from './registry-client.ts';
import type { Report } from './report.ts';

/** A command of the client: `tributary <group> <verb> [positional]`. */
export interface Command {
  readonly name: `${string} ${string}`;
  readonly summary: string;
  /** What follows the name, such as `<subgraph>`; `[release]` may be left out. */
  readonly positionals: readonly string[];
  readonly options: ParseArgsOptionsConfig;
  /** A line each. */
  readonly optionHelp: readonly string[];
  run(call: Call): Promise<Report>;
}

export interface Call {
  readonly positionals: readonly string[];
  readonly options: Options;
  readonly environment: string;
  readonly client: RegistryClient;
  readonly stdin: NodeJS.ReadableStream;
}

/** The options of one call, by name, checked when they are read. */
export interface Options {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}
