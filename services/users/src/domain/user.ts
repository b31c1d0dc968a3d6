/** A person with an account, as this service knows it inside; the password hash never leaves the store with it. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly createdAt: Date;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id in the form that the database gives it, or undefined: an ill-formed id is one that no user has, not an error. */
export function parseUserId(input: string): string | undefined {
  return UUID.test(input) ? input.toLowerCase() : undefined;
}
