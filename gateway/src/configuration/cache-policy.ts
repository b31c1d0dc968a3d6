import { z } from 'zod';
import { count, duration } from './knobs.ts';

const LONGEST_MS = 30 * 24 * 3_600_000;

const time = (about: string) => z.int().min(0).max(LONGEST_MS).describe(about);

const windows = {
  staleWhileRevalidateMs: time(
    'Time after its freshness in which an answer is still given, and asked for again behind it. Where cache-control says nothing of it.',
  ),
  staleIfErrorMs: time(
    'Time after its freshness in which an answer stands in for a subgraph that fails. Where cache-control says nothing of it.',
  ),
};

const oneSubgraph = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether its answers are kept; true where it is named here.'),
  maxAgeMs: time(
    'How long answers without cache-control are fresh. They are not kept where this is left out.',
  ).optional(),
  scope: z
    .enum(['private', 'public'])
    .default('private')
    .describe(
      'Who may get an answer without cache-control: callers who are the same to the subgraph, or all.',
    ),
  staleWhileRevalidateMs: windows.staleWhileRevalidateMs.optional(),
  staleIfErrorMs: windows.staleIfErrorMs.optional(),
  targets: z
    .array(
      z.string().regex(/^\w+(\.\w+)?$/, { error: 'is neither a type nor a root field such as Query.me' }),
    )
    .min(1)
    .optional()
    .describe(
      'Types of entities and root fields (User, Query.me) whose answers are kept. All, where left out.',
    ),
});

export const cachePolicy = z
  .strictObject({
    hints: z
      .boolean()
      .default(false)
      .describe(
        'Whether every answer is kept for as long as its cache-control allows, whatever the subgraph.',
      ),
    maxBytes: count(64 * 1024 * 1024, 'Memory for answers, of each process. A change empties the cache.'),
    staleWhileRevalidateMs: windows.staleWhileRevalidateMs.default(0),
    staleIfErrorMs: windows.staleIfErrorMs.default(0),
    maxRefreshes: count(16, 'Most answers of one subgraph that are asked for again at once behind others.'),
    refreshTimeoutMs: duration(10_000, 'Time of one of them; the client that caused it has long gone.'),
    ignoredHeaders: z
      .array(z.string().toLowerCase())
      .default([])
      .describe('Forwarded headers that never change an answer. What differs in any other is not shared.'),
    subgraphs: z.record(z.string(), oneSubgraph).default({}).describe('The same and more, for one subgraph.'),
  })
  .describe('What is kept of subgraphs’ answers. Nothing, unless it is asked for here.');
