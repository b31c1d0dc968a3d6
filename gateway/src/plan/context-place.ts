/**
 * Where a @fromContext argument is read, as the response names from the root: `path` is that of the fetch's context rewrite, from its entities,
 * where `..` leads up from an object to the one around it; `entities` is where these are, with `@` for each list.
 */
export function contextPlace(path: readonly string[], entities: readonly string[]): readonly string[] {
  const names = path.filter((step) => step !== '..' && !step.startsWith('... on '));
  const above = withoutLists(entities);
  return [...above.slice(0, above.length - path.filter((step) => step === '..').length), ...names];
}

export function withoutLists(path: readonly string[]): readonly string[] {
  return path.filter((step) => step !== '@');
}
