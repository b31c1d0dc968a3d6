import { createRandom, type Random } from '../random.ts';
import { drawCatalogue } from './catalogue.ts';
import { createDraft, type SubgraphDraft } from './draft.ts';
import { type FederationDraft, MOTIFS } from './motifs/index.ts';

/** A subgraph's schema as its team would publish it. */
export interface SubgraphSource {
  readonly name: string;
  readonly typeDefs: string;
}

/** Draws the schemas of two to six subgraphs. Whether they compose is another question: about half of them do. */
export function generateFederation(seed: string): readonly SubgraphSource[] {
  const random = createRandom(seed);
  const catalogue = drawCatalogue(random.fork('catalogue'));
  const count = 2 + random.below(random.chance(0.3) ? 5 : 3);
  const subgraphs = Array.from({ length: count }, (_, index) => {
    const name = `s${index + 1}`;
    return createDraft(name, catalogue, random.fork(name));
  });
  let motifs = 0;
  const federation: FederationDraft = { catalogue, subgraphs, count: () => motifs++ };
  shareOut(federation, random.fork('fields'));
  addRootFields(federation, random.fork('root'));
  const weighted = MOTIFS.flatMap(([motif, weight]) => Array.from({ length: weight * 2 }, () => motif));
  for (let left = random.below(6); left > 0; left--) random.pick(weighted)(federation, random);
  completeInterfaces(federation, random);
  openKeys(federation);
  return subgraphs.map((subgraph) => ({ name: subgraph.name, typeDefs: subgraph.print() }));
}

/** Each field of each entity gets a subgraph, some get two. */
function shareOut({ catalogue, subgraphs }: FederationDraft, random: Random): void {
  for (const entity of catalogue.entities.values()) {
    const holders = random.shuffle(subgraphs).slice(0, 1 + random.below(Math.min(3, subgraphs.length)));
    for (const holder of holders) holder.type(entity.name);
    for (const [field, shape] of entity.fields) {
      const [first, second] = random.shuffle(holders);
      if (second !== undefined && random.chance(0.15)) {
        first?.field(entity.name, field, shape, ['@shareable']);
        second.field(entity.name, field, shape, ['@shareable']);
      } else first?.field(entity.name, field, shape);
    }
  }
}

function addRootFields({ catalogue, subgraphs }: FederationDraft, random: Random): void {
  let count = 0;
  const drawRoot = () => ({ ...catalogue.drawField(random), ...(random.chance(0.5) && { args: '' }) });
  for (const subgraph of subgraphs) {
    for (let left = 1 + random.below(3); left > 0; left--) {
      // Entities first: what starts at a leaf ends there.
      const known = [...subgraph.types.values()].filter(({ name }) => catalogue.entities.has(name));
      const field = `q${count++}`;
      if (known.length === 0 || random.chance(0.3)) subgraph.field('Query', field, drawRoot());
      else {
        const { name } = random.pick(known);
        const type = random.pick([name, `${name}!`, `[${name}]`, `[${name}!]`, `[${name}!]!`]);
        subgraph.field('Query', field, { type, args: random.chance(0.2) ? '(first: Int = 2)' : '' });
      }
    }
    if (random.chance(0.4)) subgraph.field('Mutation', `m${count++}`, drawRoot());
    if (random.chance(0.3))
      subgraph.field('Mutation', `m${count++}`, { ...drawRoot(), args: '(text: String)' });
  }
  const [first, second] = random.shuffle(subgraphs);
  if (random.chance(0.3)) {
    const shape = drawRoot();
    for (const subgraph of [first, second]) subgraph?.field('Query', 'shared', shape, ['@shareable']);
  }
}

/** An interface has all fields that any subgraph gives it; each of its types must have them somewhere. */
function completeInterfaces({ catalogue, subgraphs }: FederationDraft, random: Random): void {
  const typesNamed = (name: string) =>
    subgraphs.flatMap((subgraph) => {
      const type = subgraph.types.get(name);
      return type ? [{ subgraph, type }] : [];
    });
  for (const { name, fields, members } of catalogue.interfaces.values()) {
    const used = [...fields].filter(([field]) => typesNamed(name).some(({ type }) => type.fields.has(field)));
    for (const member of members) {
      const homes = typesNamed(member);
      if (!homes.some(({ type }) => type.implemented.has(name))) continue;
      for (const [field, shape] of used) {
        if (homes.some(({ type }) => type.fields.has(field))) continue;
        addTo(random.pick(homes).subgraph, member, field, shape);
      }
    }
  }
}

function addTo(subgraph: SubgraphDraft, ...[type, field, shape]: Parameters<SubgraphDraft['field']>): void {
  subgraph.field(type, field, shape, ['@shareable']);
}

/**
 * Composition takes a field whose only way leads over a key with `resolvable: false`; nobody can plan it. Such keys become
 * resolvable: the others stay.
 */
function openKeys({ catalogue, subgraphs }: FederationDraft): void {
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      const keyFields = catalogue.entities.get(type.name)?.keyFields;
      const isCovered = [...type.fields.keys()].every(
        (field) =>
          keyFields?.has(field) ||
          subgraphs.some((other) => {
            const there = other === subgraph ? undefined : other.types.get(type.name);
            const known = there?.fields.get(field);
            return (
              there && known && !known.directives.has('@external') && ![...there.directives].some(isClosed)
            );
          }),
      );
      if (isCovered) continue;
      for (const directive of [...type.directives].filter(isClosed)) {
        type.directives.delete(directive);
        type.directives.add(directive.replace(', resolvable: false', ''));
      }
    }
  }
}

const isClosed = (directive: string) => directive.includes('resolvable: false');
