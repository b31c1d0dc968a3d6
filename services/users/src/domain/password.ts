const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 128;

// A code point is at most two UTF-16 units; twice that again for text that normalising shortens.
const MAX_INPUT_LENGTH = MAX_CHARACTERS * 4;

export type PasswordCheck =
  | { readonly valid: true; readonly password: string }
  | { readonly valid: false; readonly message: string };

/**
 * The password as it is hashed, or why it cannot be one. Length is the only rule (NIST SP 800-63B, 3.1.1.2).
 * Unicode NFC, so that one password is the same bytes from every keyboard; nothing is trimmed.
 */
export function parsePassword(input: string): PasswordCheck {
  const tooLong = refuse(`A password has at most ${MAX_CHARACTERS} characters.`);
  if (input.length > MAX_INPUT_LENGTH) return tooLong;
  if (!input.isWellFormed()) return refuse('A password must be well-formed Unicode.');

  const password = input.normalize('NFC');
  const characters = Array.from(password).length;
  if (characters < MIN_CHARACTERS) return refuse(`A password has at least ${MIN_CHARACTERS} characters.`);
  if (characters > MAX_CHARACTERS) return tooLong;
  return { valid: true, password };
}

function refuse(message: string): PasswordCheck {
  return { valid: false, message };
}
