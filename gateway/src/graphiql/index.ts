// In: a first query and headers. Out: the page at `/`, in development only.
import { errorAnswer, type Route } from '../http/index.ts';
import { type GraphiQLOptions, type GraphiQLPage, renderGraphiQLPage } from './render-page.ts';

export type { GraphiQLOptions } from './render-page.ts';

export function createGraphiQLRoute(options: GraphiQLOptions): Route {
  let page: Promise<GraphiQLPage> | undefined;
  return {
    path: '/',
    async answer({ request, span }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const { traceId } = span.spanContext();
        return errorAnswer('METHOD_NOT_ALLOWED', 'The endpoint is /graphql', traceId, { allow: 'GET, HEAD' });
      }
      page ??= renderGraphiQLPage(options);
      const { html, contentSecurityPolicy } = await page;
      return {
        status: 200,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': contentSecurityPolicy,
          'referrer-policy': 'no-referrer',
        },
        body: html,
      };
    },
  };
}
