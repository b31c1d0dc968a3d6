import type { Random } from '../../random.ts';
import type { Catalogue, FieldShape } from '../catalogue.ts';
import { leafTypes, namedTypeOf } from './federation-draft.ts';

/** What a field set selects below a field of the type: nothing of a leaf, some leaves of an object; undefined where it has none. */
export function subselection(catalogue: Catalogue, type: string, random: Random): string | undefined {
  if (leafTypes.test(type)) return '';
  const name = namedTypeOf(type);
  const leavesOf = (object: string) => {
    const fields =
      catalogue.values.get(object) ??
      catalogue.entities.get(object)?.keyFields ??
      new Map<string, FieldShape>();
    const leaves = [...fields].filter(([, shape]) => leafTypes.test(shape.type) && shape.args === '');
    return leaves.slice(0, 1 + random.below(2)).map(([field]) => field);
  };
  const members = catalogue.unions.get(name) ?? catalogue.interfaces.get(name)?.members;
  if (members === undefined) {
    const leaves = catalogue.values.has(name) ? leavesOf(name) : ['id'];
    return leaves.length > 0 ? ` { ${leaves.join(' ')} }` : undefined;
  }
  const member = members[0];
  const leaves = member === undefined ? [] : catalogue.values.has(member) ? leavesOf(member) : ['id'];
  return leaves.length > 0 ? ` { ... on ${member} { ${leaves.join(' ')} } }` : undefined;
}
