import { z } from 'zod';

// Durations are whole milliseconds and sizes whole bytes, as the names say: `10s` and `10MB` each have two readings.
export const count = (byDefault: number, about: string) =>
  z.int().min(1).max(1_000_000_000).default(byDefault).describe(about);
export const duration = (byDefaultMs: number, about: string) =>
  z.int().min(1).max(3_600_000).default(byDefaultMs).describe(about);
/** 0 turns off what takes so long. */
export const durationOrNever = (byDefaultMs: number, about: string) =>
  z.int().min(0).max(3_600_000).default(byDefaultMs).describe(about);
export const percent = (byDefault: number, about: string) =>
  z.number().gt(0).max(100).default(byDefault).describe(about);
export const flag = (byDefault: boolean, about: string) => z.boolean().default(byDefault).describe(about);

type Knobs = Readonly<Record<string, z.ZodDefault<z.ZodType>>>;

/** The same knobs, each of which may be left out: for what falls back to a section that has the defaults. */
export function withoutDefaults<K extends Knobs>(
  knobs: K,
): { [N in keyof K]: z.ZodOptional<ReturnType<K[N]['unwrap']>> } {
  const entries = Object.entries(knobs).map(([name, knob]) => [name, knob.unwrap().optional()]);
  // Object.fromEntries loses the names.
  return Object.fromEntries(entries) as never;
}
