/** What a token may do. Each role has what its holder needs in a team's day, and no more. */
export const ROLES = ['admin', 'publisher', 'checker', 'gateway', 'subgraph', 'reader', 'app'] as const;
export type Role = (typeof ROLES)[number];

export type Action =
  | 'register'
  | 'report'
  | 'check'
  | 'publish'
  | 'retire'
  | 'fetch'
  | 'list'
  | 'release'
  | 'attest'
  | 'administer';

const ALLOWED: Readonly<Record<Role, ReadonlySet<Action>>> = {
  admin: new Set([
    'register',
    'report',
    'check',
    'publish',
    'retire',
    'fetch',
    'list',
    'release',
    'attest',
    'administer',
  ]),
  /** A team's release pipeline. */
  publisher: new Set(['check', 'publish', 'retire', 'fetch', 'list', 'release']),
  /** A pipeline that runs code of strangers, such as that of pull requests. */
  checker: new Set(['check', 'fetch', 'list']),
  gateway: new Set(['report', 'fetch']),
  /** A replica, which tells what it serves. */
  subgraph: new Set(['attest']),
  reader: new Set(['fetch', 'list']),
  /** The release pipeline of an app. */
  app: new Set(['register', 'list']),
};

/** Whom a token speaks for, and for which subgraphs and environments; null is all of them. */
export interface Grant {
  readonly role: Role;
  readonly subgraphs: readonly string[] | null;
  readonly environments: readonly string[] | null;
}

export interface Wish {
  readonly action: Action;
  readonly environment?: string;
  readonly subgraph?: string;
}

/** Undefined when the token may; otherwise why it may not, for the person who holds it. */
export function refusalOf(grant: Grant, { action, environment, subgraph }: Wish): string | undefined {
  if (!ALLOWED[grant.role].has(action)) return `A token of role ${grant.role} may not ${VERBS[action]}.`;
  if (environment !== undefined && grant.environments?.includes(environment) === false) {
    return `This token is for ${list('environment', grant.environments)}, not for ${environment}.`;
  }
  if (subgraph !== undefined && grant.subgraphs?.includes(subgraph) === false) {
    return `This token is for ${list('subgraph', grant.subgraphs)}, not for ${subgraph}.`;
  }
  return undefined;
}

// Private:

const VERBS: Readonly<Record<Action, string>> = {
  check: 'check subgraphs',
  publish: 'publish subgraphs',
  retire: 'retire subgraphs',
  fetch: 'fetch supergraphs',
  list: 'list what is registered',
  release: 'promote or roll back releases',
  attest: 'attest what a subgraph serves',
  register: 'publish or retire manifests of apps',
  report: 'report what clients use',
  administer: 'manage tokens, raise a sequence or read the audit log',
};

function list(what: string, names: readonly string[]): string {
  return `${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
