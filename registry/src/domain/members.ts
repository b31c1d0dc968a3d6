/** What is known of one subgraph of an environment. */
export interface KnownSubgraph {
  readonly id: string;
  readonly subgraph: string;
  readonly digest: string;
  readonly routing_url: string;
}

/** A change to the set of subgraphs. */
export type Change<S extends { readonly subgraph: string }> =
  | { readonly kind: 'put'; readonly member: S }
  | { readonly kind: 'remove'; readonly subgraph: string };

/** The set after the change, by name. */
export function applyChange<S extends { readonly subgraph: string }>(
  members: readonly S[],
  change: Change<S>,
): readonly S[] {
  const name = change.kind === 'put' ? change.member.subgraph : change.subgraph;
  const others = members.filter(({ subgraph }) => subgraph !== name);
  const changed = change.kind === 'put' ? [...others, change.member] : others;
  return changed.toSorted((a, b) => (a.subgraph < b.subgraph ? -1 : 1));
}
