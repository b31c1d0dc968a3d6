import type { RequiredSelection, SupergraphFacts } from '../../plan/index.ts';
import type { BytesOrText } from '../../subgraph/index.ts';
import { type Asked, keys } from './asked.ts';
import { createCutDown } from './cut-down.ts';
import { Interned } from './interned.ts';
import * as jsonBytes from './json-bytes.ts';
import * as keyHash from './key-hash.ts';
import { output } from './output.ts';
import { NODE, pieces } from './pieces.ts';
import { Rows } from './rows.ts';

/** Stands for a row where there is none: a null, or an entity that a subgraph does not know. */
export const ABSENT = -1;

/** What one request has read so far; made and filled by the code. */
export interface RunState {
  readonly rows: Rows;
}

export interface ModuleExports {
  readonly Run: new () => RunState;
  /** Sets the answer that is read next, and for which request. */
  begin(bytes: Buffer, view: DataView, run: RunState): void;
  /** Lets go of it: an operation that is kept must not keep the last answer it was asked for. */
  end(): void;
  /** The client's whole response. */
  write(run: RunState): BytesOrText;
  readonly steps: readonly StepCode[];
}

/** Readers take the position of a value and return the position after it. */
export type StepCode =
  | { readonly read: (p: number) => number }
  | {
      /** What stands before and after each key that is asked for. */
      readonly around: readonly [string, string];
      readonly ask: (run: RunState, asked: Asked) => void;
      /** For each place of the step whether an entity may be null. */
      readonly mayBeAbsent: readonly boolean[];
      /** Adds the row of each entity's share to `parts`, or ABSENT. */
      readonly entities: (p: number, asked: Asked, parts: number[]) => number;
      /** Once each: the parts of the representations that have been asked for. */
      readonly give: (run: RunState, parts: readonly number[]) => void;
    };

export interface LoadedModule {
  readonly module: ModuleExports;
  /** The code that was loaded. V8 keeps it; a second copy would take as much as all that is kept of the operation besides. */
  source(): string;
}

/**
 * Turns generated code into functions. Nothing of a schema, a query or an answer is code in it: names are only in string
 * literals and comments, and GraphQL's grammar leaves nothing in a name that could end either.
 */
export function loadModule(
  code: string,
  keep: readonly (readonly RequiredSelection[])[],
  facts: SupergraphFacts,
): LoadedModule {
  const runtime = {
    ...jsonBytes,
    ...keyHash,
    Rows,
    Interned,
    pieces,
    output,
    keys,
    ABSENT,
    NODE,
    cutDown: createCutDown(keep, facts),
  };
  const load = new Function('runtime', code);
  return { module: load(runtime) as ModuleExports, source: () => bodyOf(load) };
}

/** The text of a function made by `new Function` is laid down: https://tc39.es/ecma262/#sec-createdynamicfunction */
function bodyOf(made: object): string {
  const text = String(made);
  return text.slice(text.indexOf('{\n') + 2, text.lastIndexOf('\n}'));
}
