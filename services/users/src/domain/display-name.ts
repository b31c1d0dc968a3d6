const MAX_CHARACTERS = 80;

// A code point is at most two UTF-16 units, and normalising can shorten: more than this never fits.
const MAX_INPUT_LENGTH = MAX_CHARACTERS * 8;

// Control characters and line breaks, and the direction overrides that make a name read as another one.
// Joiners stay allowed: emoji, Persian and Indic scripts need them.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

export type DisplayNameCheck =
  | { readonly valid: true; readonly displayName: string }
  | { readonly valid: false; readonly message: string };

/** The name as it is kept (trimmed, Unicode NFC), or why it is refused. */
export function parseDisplayName(input: string): DisplayNameCheck {
  const tooLong = refuse(`A display name has at most ${MAX_CHARACTERS} characters.`);
  if (input.length > MAX_INPUT_LENGTH) return tooLong;
  // PostgreSQL keeps Unicode text only; half a surrogate pair would silently become another character.
  if (!input.isWellFormed()) return refuse('A display name must be well-formed Unicode.');

  const displayName = input.trim().normalize('NFC');
  if (FORBIDDEN.test(displayName)) return refuse('A display name must not contain control characters.');
  if (!VISIBLE.test(displayName)) return refuse('A display name needs at least one visible character.');
  if (Array.from(displayName).length > MAX_CHARACTERS) return tooLong;
  return { valid: true, displayName };
}

function refuse(message: string): DisplayNameCheck {
  return { valid: false, message };
}
