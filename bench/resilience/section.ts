import type { NativeTools } from '../harness/native.ts';

/** One sentence of what is claimed, and what came of it. */
export interface Claim {
  readonly about: string;
  readonly asked: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface SectionResult {
  readonly section: string;
  readonly claims: readonly Claim[];
  /** How it was measured, and figures beside the claims: sentences. */
  readonly details: string;
}

export interface SectionRun {
  readonly tools: NativeTools;
  /** For files; gone afterwards. */
  readonly folder: string;
  /** A look at whether it works: figures of so short a run say little. */
  readonly isShort: boolean;
  readonly log: (line: string) => void;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  run(run: SectionRun): Promise<SectionResult>;
}

export function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
