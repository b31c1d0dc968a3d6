import { afterAll, beforeAll, describe, it } from 'vitest';
import { body } from './rows/body.ts';
import { connection } from './rows/connection.ts';
import { http } from './rows/http.ts';
import { runRow } from './run-row.ts';
import { openStage, type Stage } from './stage.ts';

const GROUPS = [connection, http, body];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ env: { gateway: { GATEWAY_CONFIG: 'e2e/faults/gateway.yaml' } } });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe.each(GROUPS)('$title', ({ rows }) => {
  it.each(rows)('$name', (row) => runRow(row, stage));
});
