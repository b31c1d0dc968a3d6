import picocolors from 'picocolors';

export type Colors = Pick<
  typeof picocolors,
  'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'blue' | 'magenta' | 'cyan'
>;

export const NO_COLORS: Colors = picocolors.createColors(false);

/** Colours where stdout is a terminal that has them, or FORCE_COLOR asks for them; NO_COLOR is obeyed. */
export const STDOUT_COLORS: Colors = picocolors;
