/** A fenced block of a Markdown page. Its info string is the language, then what the block is. */
export interface PageBlock {
  readonly language: string;
  readonly tags: readonly string[];
  readonly text: string;
}

const BLOCK = /^```([^\n]+)\n(.*?)\n```$/gms;

export function blocksOf(page: string): readonly PageBlock[] {
  return [...page.matchAll(BLOCK)].map(([, info = '', text = '']) => toBlock(info, text));
}

/**
 * The page with the declarations of today in its blocks of code, which name the query and the declarations:
 * `js home part_9_2 json_9`. Blocks of queries without code stay.
 */
export function withDeclarations(page: string, codeOf: (query: string) => string | undefined): string {
  return page.replace(BLOCK, (whole: string, info: string, text: string) => {
    const { language, tags } = toBlock(info, text);
    const [query, ...names] = tags;
    const code = language === 'js' && query !== undefined ? codeOf(query) : undefined;
    if (code === undefined) return whole;
    const declarations = names.map((name) => declarationOf(code, name));
    return `\`\`\`${info}\n${declarations.join('\n')}\n\`\`\``;
  });
}

/** Whether the pieces of an excerpt, between lines of `…`, stand in the text, whole lines, in order. */
export function containsInOrder(text: string, excerpt: string): boolean {
  let at = 0;
  return excerpt.split(/\n *…\n|\n *…$/).every((piece) => {
    const found = `\n${text}\n`.indexOf(`\n${piece}\n`, at);
    at = found + piece.length;
    return found !== -1;
  });
}

/** The cells of the first table below a heading, its head left out, code marks removed. */
export function tableBelow(page: string, heading: string): readonly (readonly string[])[] {
  const section = page.slice(page.indexOf(`\n${heading}\n`));
  const [table = ''] = /^\|.*(\n\|.*)*/m.exec(section) ?? [];
  const rows = table.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

// Private:

function toBlock(info: string, text: string): PageBlock {
  const [language = '', ...tags] = info.split(' ');
  return { language, tags, text };
}

function declarationOf(code: string, name: string): string {
  const [declaration] =
    new RegExp(`^(function|class) ${name}\\b.*?^}$|^const ${name} = [^\\n]*$`, 'ms').exec(code) ?? [];
  if (declaration === undefined) throw new Error(`The code has no ${name}: choose another in the page`);
  return declaration;
}
