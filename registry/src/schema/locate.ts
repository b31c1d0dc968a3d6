import { type DocumentNode, Kind, type NameNode } from 'graphql';
import type { Place } from '../contract/subgraphs.ts';

/** Finds schema coordinates in one SDL. */
export interface Locator {
  /** Where the coordinate itself stands; undefined where it does not. */
  exactly(coordinate: string): Place | undefined;
  /** The nearest that there is: the field of an argument, the type of a field, or else the first line. */
  nearest(coordinate: string): Place;
}

export function createLocator(subgraph: string, document: DocumentNode): Locator {
  const places = placesIn(subgraph, document);
  return {
    exactly: (coordinate) => places.get(coordinate),
    nearest(coordinate) {
      for (const candidate of outward(coordinate)) {
        const place = places.get(candidate);
        if (place !== undefined) return place;
      }
      return { subgraph, line: 1, column: 1 };
    },
  };
}

// Private:

/** `User.orders(first:)`, `User.orders`, `User`. */
function outward(coordinate: string): readonly string[] {
  const field = coordinate.replace(/\(.*\)$/, '');
  const [type = field] = field.split('.');
  return [coordinate, field, type];
}

/** The first place of each: a type may be defined here and extended there. */
function placesIn(subgraph: string, document: DocumentNode): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const add = (coordinate: string, { loc }: NameNode) => {
    if (loc === undefined || places.has(coordinate)) return;
    places.set(coordinate, { subgraph, line: loc.startToken.line, column: loc.startToken.column });
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue;
    const { name } = definition;
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      add(`@${name.value}`, name);
      for (const argument of definition.arguments ?? [])
        add(`@${name.value}(${argument.name.value}:)`, argument.name);
      continue;
    }
    add(name.value, name);
    if ('values' in definition) {
      for (const value of definition.values ?? []) add(`${name.value}.${value.name.value}`, value.name);
    }
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${name.value}.${field.name.value}`;
      add(coordinate, field.name);
      if (!('arguments' in field)) continue;
      for (const argument of field.arguments ?? [])
        add(`${coordinate}(${argument.name.value}:)`, argument.name);
    }
  }
  return places;
}
