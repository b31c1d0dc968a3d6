import type { SupergraphFacts } from '../../plan/index.ts';

/** Which types of the supergraph are kinds of which, @inaccessible ones included. */
export class TypeRelations {
  readonly #possibleTypes: SupergraphFacts['possibleTypes'];
  readonly #sets = new Map<string, ReadonlySet<string>>();

  constructor({ possibleTypes }: SupergraphFacts) {
    this.#possibleTypes = possibleTypes;
  }

  isAbstract(name: string): boolean {
    return this.#possible(name).size > 0;
  }

  /** Whether an object that calls itself `typename` is a `condition`. The name may be abstract: @interfaceObject. */
  isKindOf(typename: string, condition: string): boolean {
    if (typename === condition) return true;
    const wanted = this.#possible(condition);
    if (wanted.has(typename)) return true;
    const own = this.#possible(typename);
    return own.size > 0 && wanted.size > 0 && own.isSubsetOf(wanted);
  }

  #possible(name: string): ReadonlySet<string> {
    let set = this.#sets.get(name);
    if (set === undefined) {
      set = new Set(Object.hasOwn(this.#possibleTypes, name) ? this.#possibleTypes[name] : undefined);
      this.#sets.set(name, set);
    }
    return set;
  }
}
