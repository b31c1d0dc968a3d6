import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OperationShapes } from './operation-shapes.ts';

const schema = buildSchema('type Query { item(id: ID!, first: Int): String other(id: ID!): String }');
const share = (shapes: OperationShapes, source: string) => shapes.share(parse(source));

describe('operations of one shape', () => {
  it('are executed as they stand until there are more of them than get a plan each', () => {
    const shapes = new OperationShapes(schema, 2);
    expect(share(shapes, '{ item(id: 1) }')).toBeUndefined();
    expect(share(shapes, '{ item(id: 2) }')).toBeUndefined();
    const [third, fourth] = [share(shapes, '{ item(id: 3) }'), share(shapes, '{item(id:"4")}')];
    expect([third?.literals, fourth?.literals]).toEqual([{ literal0: '3' }, { literal0: '4' }]);
    expect(fourth?.planned).toBe(third?.planned);
    expect(third?.planned.documentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(third?.planned.operation.variableDefinitions).toHaveLength(1);
  });

  it('differ by their fields, by which arguments they have, and by which literals are equal', () => {
    const shapes = new OperationShapes(schema, 1);
    const sources = [
      '{item(id:1)}',
      '{other(id:1)}',
      '{item(id:1 first:1)}',
      '{a:item(id:1) b:item(id:2)}',
      '{a:item(id:1) b:item(id:1)}',
      'query A{item(id:1)}',
    ];
    for (const source of sources) expect(share(shapes, source)).toBeUndefined();
    const hashes = sources.map((source) => share(shapes, source)?.planned.documentHash);
    expect(new Set(hashes).size).toBe(sources.length);
    expect(hashes).not.toContain(undefined);
  });

  it('are not counted where no literal is in them', () => {
    const shapes = new OperationShapes(schema, 1);
    for (let time = 0; time < 5; time++)
      expect(share(shapes, 'query ($id: ID!) { item(id: $id) }')).toBeUndefined();
  });
});
