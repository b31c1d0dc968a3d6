// The intermediate form: what one operation will read, where it puts it, and what the client sees of it.
//
// A *step* is one fetch of the query plan. A *place* is an object of one concrete type at one path of the response.
// A step that brings fields to a place is a *source* of it; a place with one source is usually passed through as
// bytes, the others become objects (*nodes*) until the answer is written.

import type { GraphQLOutputType } from 'graphql';
import type { FetchNode, RequiredSelection } from '../../plan/index.ts';
import type { FetchText } from './fetch-text.ts';

export interface Step {
  /** In plan order. */
  readonly index: number;
  readonly fetch: FetchNode;
  readonly text: FetchText;
  /** Empty for root fields. */
  readonly path: readonly string[];
  readonly kind: 'root' | 'entity';
  /** Steps that the plan runs before this one: it goes on from what those bring, never from what runs beside it. */
  readonly follows: ReadonlySet<number>;
  /** Steps that must be answered before this one is sent. */
  readonly dependsOn: Set<number>;
  /** Places whose entities an entity step asks for. */
  readonly places: Place[];
}

/** What is left of a step when the code is made: an operation is kept for long, and the rest takes more than its code. */
export type SentStep = Pick<Step, 'index' | 'fetch' | 'path'>;

export interface Place {
  readonly id: number;
  readonly typeName: string;
  /** Below a list: equal objects may occur many times. */
  readonly isRepeated: boolean;
  readonly sources: Source[];
  readonly fields: Map<string, Field>;
  /** What entity steps need of this place, in the order of the steps. */
  readonly representations: Representation[];
  /** The client's fields in the client's order; undefined where the client sees nothing of the place. */
  client: ClientField[] | undefined;
  /** Decided by `arrangeOutput`: kept as an object until the answer is written. */
  isNode: boolean;
  /** The source whose reader makes the node; the others attach what they bring to it. */
  creator: Source | undefined;
  /** How the object's text is put together from its sources, in the client's order. */
  output: OutputItem[];
}

/** One step's share of a place: the fields in the order in which the subgraph writes them. */
export interface Source {
  readonly step: Step;
  readonly fields: SourceField[];
}

export interface SourceField {
  /** Key in the subgraph's answer. */
  readonly key: string;
  readonly field: Field;
  /** Filled in by `arrangeOutput` and `planRepresentations`. */
  readonly use: FieldUse;
}

/** What becomes of a field's bytes. */
export interface FieldUse {
  /** Its text is (a part of) this run of the output. */
  run?: Run;
  /** Its text is also kept for representations. */
  capture?: Capture;
  /** Its objects are kept as nodes, under this slot name: other sources bring more of them. */
  merged?: string;
}

/** The slot names of a captured text, and of its hash, by which equal keys are found. */
export interface Capture {
  readonly text: string;
  readonly hash: string;
}

export interface Field {
  /** Name in the plan's data. */
  readonly name: string;
  readonly fieldName: string;
  /** Undefined where the API schema does not have the field. */
  readonly type: GraphQLOutputType | undefined;
  /** Where the value is an object that something is known about. */
  readonly slot: Slot | undefined;
  readonly sources: Source[];
}

/** The value of an object field: one place for each type that it may have. */
export interface Slot {
  readonly isAbstract: boolean;
  readonly places: Map<string, Place>;
}

export interface ClientField {
  readonly responseName: string;
  readonly fieldName: string;
  /** Undefined for a `__typename` that no fetch brings. */
  readonly field: Field | undefined;
}

export type OutputItem =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'merged'; readonly responseName: string; readonly field: Field };

/** Consecutive fields of one source that reach the client as one piece of text. */
export interface Run {
  readonly source: Source;
  readonly first: number;
  last: number;
  /** Set where the client knows the one field by another name: the run is its value only. */
  readonly renamedTo: string | undefined;
  /** Name of the slot in the part of this source. */
  readonly slotName: string;
}

/** The text of an entity's representation: literals and captured values in turn. */
export interface Representation {
  readonly step: Step;
  readonly pieces: readonly (string | CapturedValue)[];
}

export interface CapturedValue {
  readonly source: Source;
  readonly capture: Capture;
  /** Where the captured object has more than the representation may hold: what to keep. */
  readonly keep: readonly RequiredSelection[] | undefined;
}
