import { z } from 'zod';

export const appName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.-]{0,63}$/,
    'an app is named by letters, digits, ., - and _, a letter or digit first, 64 at most',
  );

export const appVersion = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.+-]{0,63}$/,
    'a version has letters, digits, ., +, - and _, a letter or digit first, 64 at most',
  );

export const MANIFEST_LIMITS = { operations: 10_000, documentLength: 500_000 } as const;

function text(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => !value.includes('\0'), 'has a NUL character');
}

/** POST /v1/environments/:environment/apps/:app/:version */
export const publishAppBody = z.strictObject({
  operations: z
    .array(
      z.strictObject({
        /** What the app sends in place of the document: mostly a hash of it. */
        id: text(200),
        name: text(200),
        body: text(MANIFEST_LIMITS.documentLength),
      }),
    )
    .min(1)
    .max(MANIFEST_LIMITS.operations),
});
export type PublishAppBody = z.input<typeof publishAppBody>;

export interface PublishAppAnswer {
  /** False when this version had these very operations already. */
  readonly changed: boolean;
  readonly environment: string;
  readonly app: string;
  readonly version: string;
  readonly operations: number;
  /** Operations that the environment could not answer now, with the first reason of each. */
  readonly invalid: readonly InvalidOperation[];
}

export interface InvalidOperation {
  readonly id: string;
  readonly name: string;
  readonly message: string;
}

/** DELETE /v1/environments/:environment/apps/:app/:version */
export interface RetireAppAnswer {
  /** False when it was retired before. */
  readonly changed: boolean;
}

/** GET /v1/environments/:environment/apps */
export interface AppList {
  readonly environment: string;
  /** By app, the newest version first. */
  readonly apps: readonly ListedApp[];
}

export interface ListedApp {
  readonly app: string;
  readonly version: string;
  readonly operations: number;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly retiredBy: string | null;
  readonly retiredAt: string | null;
}
