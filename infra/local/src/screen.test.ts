import { describe, expect, it } from 'vitest';
import { createScreen } from './screen.ts';

const recorder = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 20, write: (text: string) => written.push(text), written };
};

describe('the screen', () => {
  it('keeps the status below the lines on a terminal, and short enough to be cleared', () => {
    const output = recorder(true);
    const screen = createScreen(output);

    screen.status('a status that is wider than the terminal');
    screen.line('hello');
    screen.status(undefined);

    expect(output.written).toEqual([
      '\r\x1b[2Ka status that is wi',
      '\r\x1b[2Khello\na status that is wi',
      '\r\x1b[2K',
    ]);
  });

  it('writes the status as a line every two seconds at most where it cannot be redrawn', () => {
    const output = recorder(false);
    let nowMs = 0;
    const screen = createScreen(output, () => nowMs);

    screen.status('10 %');
    screen.status('20 %');
    nowMs = 2000;
    screen.status('30 %');
    screen.status(undefined);
    screen.line('done');

    expect(output.written).toEqual(['10 %\n', '30 %\n', 'done\n']);
  });
});
