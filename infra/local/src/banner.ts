import { type Colors, NO_COLORS } from './colors.ts';
import { DEMO_CREDENTIALS } from './sign-in.ts';

export interface BannerFacts {
  readonly graphqlUrl: string;
  readonly graphiqlUrl: string;
  readonly readyAfterMs: number;
  /** Undefined when the databases hold no demo user. */
  readonly token: string | undefined;
  /** A GraphQL document without string values (its white space is folded). */
  readonly query: string;
  /** Undefined when tracing is switched off. */
  readonly otlpEndpoint: string | undefined;
}

/** What a newcomer needs next: where it answers, a line to paste, where the traces are. */
export function formatBanner(facts: BannerFacts, colors: Colors = NO_COLORS): string {
  const { bold, cyan, dim } = colors;
  const row = (label: string, value: string) => `  ${label.padEnd(10)}${value}`;
  return [
    '',
    `  ${bold(`Tributary is ready after ${(facts.readyAfterMs / 1000).toFixed(1)} s.`)} ${dim('Ctrl-C stops it.')}`,
    '',
    row('GraphQL', cyan(facts.graphqlUrl)),
    row('GraphiQL', `${cyan(facts.graphiqlUrl)} ${dim(graphiqlNote(facts.token))}`),
    ...tracesRows(facts.otlpEndpoint).map(([label, value]) => row(label, value)),
    ...(facts.token === undefined ? noUserRows() : userRows(facts.token, facts, colors)),
    '',
  ].join('\n');
}

/** One line for a POSIX shell. */
export function toCurl(graphqlUrl: string, token: string, query: string): string {
  const body = JSON.stringify({ query: foldWhiteSpace(query) });
  return `curl -sS ${graphqlUrl} -H 'content-type: application/json' -H 'authorization: Bearer ${token}' -d ${quoteForShell(body)}`;
}

// Private:

function graphiqlNote(token: string | undefined): string {
  return token === undefined
    ? '(the home query is loaded)'
    : '(the home query and the demo user are loaded: press the play button)';
}

function tracesRows(otlpEndpoint: string | undefined): readonly (readonly [string, string])[] {
  if (otlpEndpoint === undefined) return [['Traces', 'off (OTEL_SDK_DISABLED)']];
  return [
    ['Traces', `sent to ${otlpEndpoint} (OTLP); look at them in Jaeger on http://localhost:16686`],
    ['', 'no Jaeger yet? docker run --rm -p 4318:4318 -p 16686:16686 jaegertracing/jaeger:2.20.0'],
  ];
}

function userRows(
  token: string,
  { graphqlUrl, query }: BannerFacts,
  { bold, dim }: Colors,
): readonly string[] {
  const { email, password } = DEMO_CREDENTIALS;
  return [
    '',
    `  ${bold('Demo user')} ${email} ${dim(`(password: ${password})`)}, her token, for other clients' headers:`,
    `  {"authorization": "Bearer ${token}"}`,
    '',
    `  ${bold('Her home screen:')}`,
    toCurl(graphqlUrl, token, query),
  ];
}

function noUserRows(): readonly string[] {
  return [
    '',
    `  There is no ${DEMO_CREDENTIALS.email} in these databases: sign up with the signUp mutation.`,
  ];
}

function foldWhiteSpace(query: string): string {
  return query.replace(/#.*$/gm, '').replace(/\s+/g, ' ').trim();
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
