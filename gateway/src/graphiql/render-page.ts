import { createHash } from 'node:crypto';
import { PLAN_PANEL } from './plan-panel.ts';

export interface GraphiQLContent {
  readonly defaultQuery?: string | undefined;
  /** Request headers, as the JSON text that the headers editor starts with. */
  readonly headers?: string | undefined;
}

export interface GraphiQLPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * GraphiQL in one page that loads nothing from anywhere. Nine megabytes of modules come with it, so they are imported
 * only here, when the first page is asked for. Its policy lets the two scripts run that we render, and lets them talk to us only.
 */
export async function renderGraphiQLPage({ defaultQuery, headers }: GraphiQLContent): Promise<GraphiQLPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: 'Tributary',
    endpoint: '/graphql',
    // As `query`, not `defaultQuery`: with that one the second visit opens an empty tab.
    ...(defaultQuery && { query: defaultQuery }),
    // Kept by the browser, old headers would win over these at the next visit.
    ...(headers && { headers, shouldPersistHeaders: false }),
  };
  const literal = JSON.stringify(options);
  // The template prints the options into the script: `</script>` in a query must not end it.
  const plain = renderGraphiQL(options).replace(literal, () => literal.replaceAll('<', '\\u003c'));
  const start = plain.lastIndexOf('<script>', plain.indexOf('function prepareBlob'));
  const script = plain.slice(start + '<script>'.length, plain.lastIndexOf('</script>'));
  return {
    html: `${plain.slice(0, start)}${PLAN_PANEL.html}${plain.slice(start)}`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src ${hashOf(PLAN_PANEL.script)} ${hashOf(script)} 'wasm-unsafe-eval'`,
      // The editor writes style elements as it goes.
      "style-src 'unsafe-inline'",
      'worker-src blob:',
      "connect-src 'self'",
      "img-src 'self' data:",
      'font-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

function hashOf(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
