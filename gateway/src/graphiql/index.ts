// In: a first query and a file of headers. Out: the page at `/`, in development only.
import { readFile } from 'node:fs/promises';
import type { Route } from '../http/index.ts';
import { errorAnswer } from '../respond/index.ts';
import { type GraphiQLPage, renderGraphiQLPage } from './render-page.ts';

export interface GraphiQLOptions {
  readonly defaultQuery?: string | undefined;
  /** A file with the text that the headers editor starts with. Absent is no headers, and it may come and change. */
  readonly headersFile?: string | undefined;
}

export function createGraphiQLRoute({ defaultQuery, headersFile }: GraphiQLOptions): Route {
  let rendered: { readonly headers: string | undefined; readonly page: GraphiQLPage } | undefined;

  async function currentPage(): Promise<GraphiQLPage> {
    const headers = headersFile === undefined ? undefined : await readIfThere(headersFile);
    if (rendered === undefined || rendered.headers !== headers) {
      rendered = { headers, page: await renderGraphiQLPage({ defaultQuery, headers }) };
    }
    return rendered.page;
  }

  return {
    path: '/',
    async answer({ request, span }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const { traceId } = span.spanContext();
        return errorAnswer('METHOD_NOT_ALLOWED', 'The endpoint is /graphql', traceId, { allow: 'GET, HEAD' });
      }
      const { html, contentSecurityPolicy } = await currentPage();
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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
