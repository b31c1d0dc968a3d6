import { expect, it } from 'vitest';
import { formatCode } from './format-code.ts';

it('indents by braces, not by those in strings and comments', () => {
  const code = `function f(p) { // {
if (x) {
y('{', "}");

} else {
aside(); // }
}
return { a };
}
`;
  expect(formatCode(code)).toBe(`function f(p) { // {
  if (x) {
    y('{', "}");
  } else {
    aside(); // }
  }
  return { a };
}
`);
});
