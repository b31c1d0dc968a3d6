import type { Random } from '../../random.ts';
import { type FederationDraft, ownFields, stranger } from './federation-draft.ts';

export function addOverride(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation, (type) => type === 'Query' || federation.catalogue.entities.has(type));
  if (fields.length === 0) return;
  const field = random.pick(fields);
  const subgraph = stranger(federation, field, random);
  if (subgraph === undefined) return;
  const label = random.chance(0.6) ? `, label: "${random.pick(['percent(30)', 'rollout', 'beta:2'])}"` : '';
  subgraph.field(field.type, field.name, field.draft.shape, [
    `@override(from: "${field.owner.name}"${label})`,
  ]);
}
