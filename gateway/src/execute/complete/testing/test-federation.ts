import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ExecutionResult,
  type GraphQLSchema,
  graphql,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { createInProcessPlanner } from '../../../plan/in-process-planner.ts';
import type { FetchNode, Planner } from '../../../plan/index.ts';
import { parseResponse, type SubgraphResponse } from '../../../subgraph/index.ts';
import { executeCompletely } from '../index.ts';

export interface TestSubgraph {
  readonly sdl: string;
  readonly resolvers?: object;
}

/** A fetch as a subgraph saw it. */
export interface SentFetch {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Takes the place of a subgraph's answer; undefined lets the subgraph answer. */
export type Answer = (fetch: SentFetch) => unknown;

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key" "@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible" "@interfaceObject" "@context" "@fromContext"
])`;

/** Real subgraphs in this process, composed, planned and executed; each answer goes through its JSON text. */
export class TestFederation {
  readonly planner: Planner;
  readonly sent: SentFetch[] = [];
  readonly #subgraphs = new Map<string, GraphQLSchema>();
  readonly #answers = new Map<string, Answer>();

  constructor(subgraphs: Readonly<Record<string, TestSubgraph>>) {
    const services = Object.entries(subgraphs).map(([name, { sdl, resolvers = {} }]) => {
      const typeDefs = parse(`${LINK}\n${sdl}`);
      // @apollo/subgraph declares resolvers with an index signature that object literals do not have.
      this.#subgraphs.set(name, buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]));
      return { name, url: `http://${name}.test`, typeDefs };
    });
    const { supergraphSdl, errors } = composeServices(services);
    if (supergraphSdl === undefined) throw new Error(String(errors));
    this.planner = createInProcessPlanner(supergraphSdl);
  }

  /** From now on the subgraph answers so: a response as an object, as text, or undefined for its own. */
  answer(subgraph: string, answer: Answer): this {
    this.#answers.set(subgraph, answer);
    return this;
  }

  /** The client's answer as it reads it. */
  async execute(source: string, variables: Record<string, unknown> = {}): Promise<ExecutionResult> {
    return JSON.parse(await this.executeToText(source, variables)) as ExecutionResult;
  }

  async executeToText(source: string, variables: Record<string, unknown> = {}): Promise<string> {
    const { planner } = this;
    const document = parse(source);
    const faults = validate(planner.schema, document);
    if (faults.length > 0) throw new Error(String(faults));
    const operation = document.definitions.find(
      (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
    );
    if (operation === undefined) throw new Error('No operation');
    const plan = await planner.plan({ document, operation, activeLabels: [] });
    const result = await executeCompletely({
      plan,
      schema: planner.schema,
      facts: planner.facts,
      sourceNameOf: planner.sourceNamesOf(plan),
      document,
      operation,
      variables,
      fetch: (node, values) => this.#fetch(node, values),
    });
    return JSON.stringify(result);
  }

  async #fetch(node: FetchNode, variables: Record<string, unknown>): Promise<SubgraphResponse> {
    const schema = this.#subgraphs.get(node.serviceName);
    if (schema === undefined) throw new Error(`No subgraph ${node.serviceName}`);
    const fetch: SentFetch = JSON.parse(
      JSON.stringify({ subgraph: node.serviceName, query: node.operation, variables }),
    );
    this.sent.push(fetch);
    const given = await this.#answers.get(node.serviceName)?.(fetch);
    const answer = given ?? (await graphql({ schema, source: fetch.query, variableValues: fetch.variables }));
    const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
    return parseResponse(node.serviceName, { status: 200, contentType: 'application/json', body });
  }
}
