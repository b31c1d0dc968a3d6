import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  responsePathAsArray,
} from 'graphql';
import type { Fault } from '../faults.ts';
import { failIfMeantTo } from '../subgraph/execute-subgraph.ts';
import type { World } from '../world/world.ts';
import type { WorldObject } from '../world/world-object.ts';

export interface MonolithRequest {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly world: World;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

export interface MonolithAnswer {
  readonly result: ExecutionResult;
  /** Every place at which a field failed, also where the answer tells of one only: `a.0.b`. */
  readonly failedPlaces: ReadonlySet<string>;
  /** The type of each field of the answer, by place. */
  readonly types: ReadonlyMap<string, GraphQLOutputType>;
}

/** What one server that owns everything answers: graphql-js over the same world. */
export async function executeMonolith(request: MonolithRequest): Promise<MonolithAnswer> {
  const { schema, world, document, operationName, variables, faults } = request;
  const failedPlaces = new Set<string>();
  const types = new Map<string, GraphQLOutputType>();
  const session = { log: [] };
  const resolve: GraphQLFieldResolver<WorldObject | undefined, unknown> = (source, args, _, info) => {
    const object = source ?? { type: info.parentType.name, id: info.parentType.name };
    const place = responsePathAsArray(info.path).join('.');
    types.set(place, info.returnType);
    try {
      failIfMeantTo(object, info, faults);
    } catch (error) {
      failedPlaces.add(place);
      throw error;
    }
    const given = world.contextArguments(object, info.fieldName);
    return world.resolve(object, info.fieldName, { ...args, ...given }, session);
  };
  // Where fields fail, all wait for each other: an error thrown at once would hide those beside it.
  const failing = faults.some(({ kind }) => kind === 'field-error');
  const fieldResolver: typeof resolve = failing ? async (...field) => resolve(...field) : resolve;
  const result = await execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    fieldResolver,
    typeResolver: failing ? async ({ type }: WorldObject) => type : ({ type }: WorldObject) => type,
  });
  return { result, failedPlaces, types };
}
