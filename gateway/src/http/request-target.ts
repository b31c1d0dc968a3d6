/** What a request asks for: RFC 9112, 3.2. */
export interface RequestTarget {
  readonly path: string;
  /** What follows the `?`, still encoded; empty without one. */
  readonly search: string;
}

/** Undefined where it cannot be read. The usual form, `/path?search`, is taken apart without building a URL. */
export function parseRequestTarget(target: string | undefined): RequestTarget | undefined {
  if (target !== undefined && ORDINARY.test(target)) {
    const question = target.indexOf('?');
    return question < 0
      ? { path: target, search: '' }
      : { path: target.slice(0, question), search: target.slice(question + 1) };
  }
  const url = URL.parse(target ?? '/', 'http://gateway');
  return url ? { path: url.pathname, search: url.search.slice(1) } : undefined;
}

/** Neither `//host`, dots that a URL would resolve, backslashes, nor anything that a URL would encode or cut off. */
const ORDINARY = /^\/(?!\/)[\w/-]*(\?[\w&=%+~.-]*)?$/;
