import { z } from 'zod';

/** POST /v1/environments/:environment/sequence */
export const raiseSequenceBody = z.strictObject({
  /** What gateways know: the sequence is higher then. Left out: by a thousand. */
  above: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER - 1)
    .optional(),
});
export type RaiseSequenceBody = z.input<typeof raiseSequenceBody>;

export interface RaiseSequenceAnswer {
  /** False when it was above already. */
  readonly changed: boolean;
  readonly environment: string;
  readonly before: number;
  readonly sequence: number;
}
