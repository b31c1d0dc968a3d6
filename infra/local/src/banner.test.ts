import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { formatBanner, toCurl } from './banner.ts';

const facts = {
  graphqlUrl: 'http://127.0.0.1:4000/graphql',
  graphiqlUrl: 'http://127.0.0.1:4000/',
  readyAfterMs: 7312,
  token: 'header.payload.signature',
  query: 'query Home {\n  # who\n  me { id }\n}\n',
  otlpEndpoint: 'http://localhost:4318',
};

describe('the banner', () => {
  it('has the endpoint, the GraphiQL link, the token, the curl line and where traces go', () => {
    const banner = formatBanner(facts);

    expect(banner).toContain('ready after 7.3 s');
    expect(banner).toContain('GraphiQL  http://127.0.0.1:4000/ ');
    expect(banner).toContain('the home query and the demo user are loaded');
    expect(banner).toContain('{"authorization": "Bearer header.payload.signature"}');
    expect(banner).toContain(`\n${toCurl(facts.graphqlUrl, facts.token, facts.query)}\n`);
    expect(banner).toContain('sent to http://localhost:4318');
    expect(banner).toContain('http://localhost:16686');
  });

  it('says so when there is no demo user and when tracing is off', () => {
    const banner = formatBanner({ ...facts, token: undefined, otlpEndpoint: undefined });

    expect(banner).not.toContain('curl');
    expect(banner).not.toContain('the demo user are loaded');
    expect(banner).toContain('There is no mia@example.com');
    expect(banner).toContain('off (OTEL_SDK_DISABLED)');
  });

  it('prints a curl line that a shell reads as it was meant, on one line', () => {
    const line = toCurl(facts.graphqlUrl, 'token', "{ it's }");

    expect(line).not.toContain('\n');
    expect(
      execFileSync('sh', ['-c', line.replace('curl', 'printf "%s\\n"')], { encoding: 'utf8' }),
    ).toContain(`{"query":"{ it's }"}`);
  });
});
