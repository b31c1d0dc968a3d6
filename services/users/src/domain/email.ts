// RFC 5321: 64 octets before the @, 254 in all.
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

// The pattern that browsers check <input type="email"> with (HTML Standard, 4.10.5.1.5), but at least two labels in the domain.
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const EMAIL = new RegExp(`^[a-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})+$`);

// A bound on what is looked at: trimming and matching a megabyte is work for nothing.
const MAX_INPUT_LENGTH = 1_000;

/**
 * The normal form of an address (trimmed, lower case), or undefined when it is not one.
 * ASCII only, checked before lower-casing: some other letters (the Kelvin sign) would turn into ASCII and meet another's address.
 */
export function parseEmail(input: string): string | undefined {
  if (input.length > MAX_INPUT_LENGTH) return undefined;
  const trimmed = input.trim();
  if (trimmed.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(trimmed)) return undefined;
  const email = trimmed.toLowerCase();
  if (email.indexOf('@') > MAX_LOCAL_LENGTH) return undefined;
  return EMAIL.test(email) ? email : undefined;
}
