import { z } from 'zod';

/** Names stand in URLs, logs and metrics of other systems: a safe subset of what all of these take. */
export const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'an environment is named by a-z, 0-9 and -, a letter first, 63 at most');

/** As federation's join__Graph takes them, and safe in a URL. */
export const subgraphName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    'a subgraph is named by letters, digits, - and _, a letter first, 64 at most',
  );

/** SHA-256 in hexadecimal. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a digest has 64 hexadecimal digits');

/** What was there when a schema was checked: a composition's digest, or `none` for an empty environment. */
export const expectedBase = z
  .string()
  .regex(/^(?:[0-9a-f]{64}|none)$/, 'an expected base is a digest of 64 hexadecimal digits, or none');

export const routingUrl = z
  .string()
  .max(2_000)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'a routing URL is an absolute http(s) URL',
  );

export const commitId = z.string().min(1).max(200);
export const notes = z.string().max(10_000);
