const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id in the one spelling that the database compares and returns; null when it cannot be the id of anything. */
export function parseUuid(text: string): string | null {
  const lowerCase = text.toLowerCase();
  return UUID.test(lowerCase) ? lowerCase : null;
}
