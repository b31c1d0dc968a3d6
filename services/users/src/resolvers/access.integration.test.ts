import { randomUUID } from 'node:crypto';
import { countStatements } from '@tributary/database/testing';
import type { Identity } from '@tributary/identity';
import { type Answer, executeAs, SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsersContext } from '../context.ts';
import type { User } from '../domain/user.ts';
import { createUsersUnderTest, type UsersUnderTest } from '../testing.ts';

const BY_ID = 'query ($id: ID!) { user(id: $id) { id email displayName createdAt } }';
const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id email } }
}`;
const LIST = `query ($first: Int, $after: String) {
  users(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } }
}`;

let users: UsersUnderTest;
let all: readonly User[];
let mia: User;
const support = signedIn(randomUUID(), 'support');

beforeAll(async () => {
  users = await createUsersUnderTest();
  all = await users.addUsers(60);
  mia = all[0] as User; // sixty were added
});
afterAll(() => users[Symbol.asyncDispose]());

describe('me', () => {
  it('is the signed-in user, and null when signed out or when the account is gone', async () => {
    const me = async (identity: Identity) => (await ask(identity, '{ me { id } }')).data;
    expect(await me(signedIn(mia.id))).toEqual({ me: { id: mia.id } });
    expect(await me(SIGNED_OUT)).toEqual({ me: null });
    expect(await me(signedIn(randomUUID()))).toEqual({ me: null });
    expect(await me(signedIn('not a uuid'))).toEqual({ me: null });
  });
});

describe('by id', () => {
  it('shows a user to themselves, also by an id in upper case, and to support', async () => {
    for (const [identity, id] of [
      [signedIn(mia.id), mia.id],
      [signedIn(mia.id), mia.id.toUpperCase()],
      [support, mia.id],
    ] as const) {
      const { data } = await ask(identity, BY_ID, { id });
      expect(data).toMatchObject({ user: { id: mia.id, email: mia.email } });
    }
  });

  it.each([
    ['signed out', SIGNED_OUT],
    ['another user', signedIn(randomUUID())],
    ['another role', signedIn(randomUUID(), 'Support', 'admin')],
  ])('answers %s the same for a user who exists and for one who does not', async (_, identity) => {
    const answers = await Promise.all([mia.id, randomUUID()].map((id) => ask(identity, BY_ID, { id })));
    expect(answers).toEqual([
      { data: { user: null }, errors: [] },
      { data: { user: null }, errors: [] },
    ]);
  });

  it.each([
    '',
    '1',
    '0190f5d47c1a70008000000000000abc',
    'x'.repeat(99),
    "'; drop table user_account",
    '\u0000',
  ])('answers null for the ill-formed id %j, also to support', async (id) => {
    expect(await ask(support, BY_ID, { id })).toEqual({ data: { user: null }, errors: [] });
  });
});

describe('as an entity', () => {
  it('resolves oneself among others, who are null', async () => {
    const ids = [all[1]?.id, mia.id, randomUUID(), 'ill-formed'];
    const { data, errors } = await ask(signedIn(mia.id), ENTITIES, {
      representations: ids.map(toRepresentation),
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({ _entities: [null, { id: mia.id, email: mia.email }, null, null] });
  });

  it('resolves nobody for a signed-out caller', async () => {
    const { data } = await ask(SIGNED_OUT, ENTITIES, { representations: [toRepresentation(mia.id)] });
    expect(data).toEqual({ _entities: [null] });
  });

  it('takes one statement for 5 and for 50, also when some are asked for twice', async () => {
    for (const size of [5, 50]) {
      const ids = all.slice(0, size).map(({ id }) => id);
      const representations = [...ids, ...ids].map(toRepresentation);
      const { result, statements } = await countStatements(users.database, () =>
        ask(support, ENTITIES, { representations }),
      );
      expect(result.data?._entities).toHaveLength(2 * size);
      expect(result.data?._entities).not.toContain(null);
      expect(statements).toHaveLength(1);
    }
  });

  it('takes none when the caller may see none', async () => {
    const representations = all.slice(1, 50).map(({ id }) => toRepresentation(id));
    const { statements } = await countStatements(users.database, () =>
      ask(signedIn(mia.id), ENTITIES, { representations }),
    );
    expect(statements).toEqual([]);
  });
});

describe('as a list', () => {
  it('gives support every user once, oldest first, page by page', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data }: Answer<UsersPage> = await ask(support, LIST, { first: 25, after });
      seen.push(...(data?.users.edges ?? []).map(({ node }) => node.id));
      after = data?.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
    } while (after !== null);
    const rows = await users.db
      .selectFrom('user_account')
      .select('id')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('takes one statement for 5 and for 50', async () => {
    for (const first of [5, 50]) {
      const { result, statements } = await countStatements(users.database, () =>
        ask<UsersPage>(support, LIST, { first }),
      );
      expect(result.data?.users.edges).toHaveLength(first);
      expect(statements).toHaveLength(1);
    }
  });

  it.each([
    ['UNAUTHENTICATED', SIGNED_OUT],
    ['FORBIDDEN', signedIn(randomUUID())],
  ])('answers %s to those who may not see it', async (code, identity) => {
    const { data, errors } = await ask(identity, LIST);
    expect(data).toBeNull();
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
  });

  it.each([{ first: -1 }, { first: 101 }, { after: 'x' }, { after: '' }, { after: 'a'.repeat(99) }])(
    'answers BAD_USER_INPUT to %j',
    async (variables) => {
      const { errors } = await ask(support, LIST, variables);
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
    },
  );
});

interface UsersPage {
  readonly users: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

function ask<Data = Record<string, unknown>>(
  identity: Identity,
  query: string,
  variables: Record<string, unknown> = {},
) {
  return executeAs<Data, UsersContext>(users.subgraph, identity, query, variables);
}

function toRepresentation(id: string | undefined) {
  return { __typename: 'User', id };
}
