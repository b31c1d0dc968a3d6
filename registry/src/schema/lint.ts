import { type DocumentNode, Kind, type NameNode, visit } from 'graphql';
import type { LintRule } from '../contract/check.ts';
import type { Place } from '../contract/subgraphs.ts';
import { argumentOf } from './federation-names.ts';

export interface LintFinding {
  readonly rule: LintRule;
  readonly coordinate: string;
  readonly message: string;
  readonly place: Place;
}

const PASCAL = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL = /^[a-z][A-Za-z0-9]*$/;
const UPPER_SNAKE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/** Everything that the rules have to say; which of them count is the caller's choice. */
export function lint(subgraph: string, document: DocumentNode): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  let type = '';
  const report = (rule: LintRule, coordinate: string, name: NameNode, message: string) => {
    const { line, column } = name.loc?.startToken ?? { line: 1, column: 1 };
    findings.push({ rule, coordinate, message, place: { subgraph, line, column } });
  };
  const enterType = (
    node: { readonly name: NameNode; readonly description?: unknown },
    described: boolean,
  ) => {
    type = node.name.value;
    if (!PASCAL.test(type)) report('type-name', type, node.name, `'${type}' is not in PascalCase.`);
    if (described && node.description === undefined)
      report('description', type, node.name, `'${type}' has no description.`);
  };
  visit(document, {
    enter(node) {
      switch (node.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
          // A root type is what its fields are, and is in each subgraph that has some.
          enterType(node, !['Query', 'Mutation', 'Subscription'].includes(node.name.value));
          break;
        case Kind.INTERFACE_TYPE_DEFINITION:
        case Kind.UNION_TYPE_DEFINITION:
        case Kind.ENUM_TYPE_DEFINITION:
        case Kind.SCALAR_TYPE_DEFINITION:
          enterType(node, true);
          break;
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
          enterType(node, true);
          if (!type.endsWith('Input'))
            report('input-name', type, node.name, `'${type}' is an input and does not end with Input.`);
          break;
        case Kind.OBJECT_TYPE_EXTENSION:
        case Kind.INTERFACE_TYPE_EXTENSION:
        case Kind.ENUM_TYPE_EXTENSION:
        case Kind.INPUT_OBJECT_TYPE_EXTENSION:
          type = node.name.value;
          break;
        case Kind.DIRECTIVE_DEFINITION:
          return false;
        case Kind.FIELD_DEFINITION: {
          const coordinate = `${type}.${node.name.value}`;
          if (!CAMEL.test(node.name.value))
            report('field-name', coordinate, node.name, `'${coordinate}' is not in camelCase.`);
          if (node.description === undefined)
            report('description', coordinate, node.name, `'${coordinate}' has no description.`);
          for (const { name } of node.arguments ?? []) {
            const argument = `${coordinate}(${name.value}:)`;
            if (!CAMEL.test(name.value))
              report('field-name', argument, name, `'${argument}' is not in camelCase.`);
          }
          break;
        }
        case Kind.ENUM_VALUE_DEFINITION: {
          const coordinate = `${type}.${node.name.value}`;
          if (!UPPER_SNAKE.test(node.name.value))
            report('enum-value-name', coordinate, node.name, `'${coordinate}' is not in UPPER_SNAKE_CASE.`);
          break;
        }
        default:
      }
      if ('directives' in node && 'name' in node && node.name?.kind === Kind.NAME) {
        const deprecated = node.directives?.find(({ name }) => name.value === 'deprecated');
        if (deprecated !== undefined && argumentOf(deprecated, 'reason') === undefined) {
          const coordinate =
            node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.ENUM_VALUE_DEFINITION
              ? `${type}.${node.name.value}`
              : node.name.value;
          report(
            'deprecation-reason',
            coordinate,
            node.name,
            `'${coordinate}' is deprecated and does not say what to use.`,
          );
        }
      }
      return undefined;
    },
  });
  return findings;
}
