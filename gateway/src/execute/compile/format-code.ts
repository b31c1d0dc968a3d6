/** Indents generated code by its braces: it has to be read, by people too. */
export function formatCode(code: string): string {
  let depth = 0;
  const lines: string[] = [];
  for (const line of code.split('\n')) {
    if (line === '') continue;
    const [statement = ''] = line.split(' // ');
    const bare = statement.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '');
    const leading = /^[})]*/.exec(bare)?.[0].length ?? 0;
    const opens = count(bare, '{');
    const closes = count(bare, '}');
    lines.push('  '.repeat(Math.max(0, depth - (leading > 0 ? 1 : 0))) + line);
    depth += opens - closes;
  }
  return `${lines.join('\n')}\n`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
