import type { RequiredSelection, SupergraphFacts } from '../../plan/index.ts';
import type { Asked } from './asked.ts';
import { createCutDown } from './cut-down.ts';
import { Interned } from './interned.ts';
import * as jsonBytes from './json-bytes.ts';
import * as keyHash from './key-hash.ts';
import { flat, join } from './rope.ts';

/** What one request has read so far; made and filled by the code. */
export type RunState = object;

export interface ModuleExports {
  readonly Run: new () => RunState;
  /** Sets the answer that is read next, and for which request. */
  begin(bytes: Uint8Array, view: DataView, text: string, run: RunState): void;
  /** Lets go of it: an operation that is kept must not keep the last answer it was asked for. */
  end(): void;
  /** The client's whole response as byte text. */
  write(run: RunState): string;
  readonly steps: readonly StepCode[];
}

/** Readers take the position of a value and return the position after it. */
export type StepCode =
  | { readonly read: (p: number) => number }
  | {
      /** What stands before and after each key that is asked for. */
      readonly around: readonly [string, string];
      readonly ask: (run: RunState, asked: Asked) => void;
      /** For each place of the step what stands for its share of an entity that is not there; undefined where nothing may. */
      readonly absent: readonly (object | undefined)[];
      readonly entities: (p: number, placeOf: readonly number[], parts: unknown[]) => number;
      readonly give: (run: RunState, parts: readonly unknown[], order: readonly number[]) => void;
    };

/**
 * Turns generated code into functions. Nothing of a schema, a query or an answer is code in it: names are only in string
 * literals and comments, and GraphQL's grammar leaves nothing in a name that could end either.
 */
export function loadModule(
  code: string,
  keep: readonly (readonly RequiredSelection[])[],
  facts: SupergraphFacts,
): ModuleExports {
  const runtime = { ...jsonBytes, ...keyHash, join, flat, Interned, cutDown: createCutDown(keep, facts) };
  return new Function('runtime', code)(runtime) as ModuleExports;
}
