import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestEngine } from '../execute/testing/test-engine.ts';
import { createInProcessPlanner } from '../plan/in-process-planner.ts';
import { explainCommand } from './command.ts';
import { describeForm } from './page/describe-form.ts';
import {
  blocksOf,
  containsInOrder,
  type PageBlock,
  tableBelow,
  withDeclarations,
} from './page/execution-page.ts';

const root = new URL('../../../', import.meta.url);
const readText = (file: string) => readFile(new URL(file, root), 'utf8');

const PAGE = 'docs/execution.md';
const SUPERGRAPH = 'infra/supergraph/supergraph.graphql';

describe('docs/execution.md', () => {
  let page: string;
  let blocks: readonly PageBlock[];
  beforeAll(async () => {
    page = await readText(PAGE);
    blocks = blocksOf(page);
  });

  it.each(['home', 'account'])('quotes what explain prints for the %s query', async (query) => {
    const args = ['--supergraph', SUPERGRAPH, '--operation', `queries/${query}.graphql`, '--code'];
    const { stdout } = await explainCommand(args, readText);
    const plans = blocks.filter(({ language, tags }) => language === 'text' && tags[0] === query);
    expect(plans.map(({ text }) => containsInOrder(stdout, text))).toEqual([true]);
    const own = (other: string) => (other === query ? stdout : undefined);
    expect(withDeclarations(page, own)).toBe(page);
  });

  it('tells the intermediate form of the home query as the compiler has it', async () => {
    const { steps, places } = await describeForm(
      await readText(SUPERGRAPH),
      await readText('queries/home.graphql'),
    );
    expect(tableBelow(page, '### Steps')).toEqual(steps);
    expect(tableBelow(page, '### Places')).toEqual(places);
  });

  it('shows the requests that the home query sends and the answer that it gets', async () => {
    const engine = new TestEngine(createInProcessPlanner(await readText(SUPERGRAPH)));
    const texts = (role: string) => blocks.filter(({ tags }) => tags[1] === role);
    for (const { tags, text } of texts('answers')) engine.replies(tags[0] ?? '', unwrapped(text));

    const { text, why } = await engine.execute(await readText('queries/home.graphql'));

    expect(why).toBeUndefined();
    expect(engine.sent).toEqual(
      texts('asked').map(({ tags, text: body }) => `${tags[0]} ${unwrapped(body)}`),
    );
    expect([text]).toEqual(texts('gets').map((block) => unwrapped(block.text)));
  });

  it('shows the request that two fetches of the account query share', async () => {
    const engine = new TestEngine(createInProcessPlanner(await readText(SUPERGRAPH)));
    const { texts, steps, groups } = await engine.compile(await readText('queries/account.graphql'), {
      order: '1',
    });
    const shared = groups.filter((group) => group.steps.length > 1);
    expect(shared.map((group) => group.steps.map(({ index }) => index))).toEqual([[1, 5]]);
    const { query } = JSON.parse(
      `${texts.of(steps.filter(({ index }) => index === 1 || index === 5)).prefix}}}`,
    );
    const [block] = blocks.filter(({ tags }) => tags[0] === 'shared');
    expect(unwrapped(block?.text ?? '')).toBe(query);
  });

  it('has every reason not to compile, and no other', async () => {
    const files = globSync('gateway/src/execute/**/*.ts', { cwd: root.pathname });
    const sources = await Promise.all(files.filter((file) => !file.includes('.test.')).map(readText));
    const reasons = sources.flatMap((source) =>
      [...source.matchAll(/new Declined\(\s*'([^']+)'/g)].map(([, reason]) => reason),
    );
    const told = tableBelow(page, '## What is not compiled').map(([reason]) => reason);
    expect(told.toSorted()).toEqual([...new Set(reasons)].toSorted());
  });
});

/** Long JSON is broken into lines, and its lines are indented, where that means nothing. */
function unwrapped(text: string): string {
  return text.replace(/\n */g, '');
}
