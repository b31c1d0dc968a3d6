const spec = (name: string, versions: readonly string[]) =>
  versions.map((version) => `https://specs.apollo.dev/${name}/v${version}`);

/**
 * The federation features whose meaning the gateway keeps. A supergraph that marks another one as needed for execution
 * or security is refused. Authorization (`@authenticated`, `@requiresScopes`, `@policy`) is not among them: taking such a
 * supergraph would mean to serve without a check what its authors believe to be guarded.
 */
export const SUPPORTED_FEATURES: Set<string> = new Set([
  ...spec('core', ['0.1', '0.2']),
  ...spec('join', ['0.1', '0.2', '0.3', '0.4', '0.5']),
  ...spec('tag', ['0.1', '0.2', '0.3']),
  ...spec('inaccessible', ['0.1', '0.2']),
  ...spec('context', ['0.1']),
  ...spec('cost', ['0.1']),
  ...spec('cacheTag', ['0.1']),
]);
