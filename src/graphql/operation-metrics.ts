import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { Metrics } from '../infrastructure/telemetry/metrics';
import { currentTracer } from '../infrastructure/telemetry/tracing/tracing';
import type { GraphQLContext } from './context';

/** The fields of the schema that an operation asks for at its root, each with the names its client gave them. */
type RootFields = ReadonlyMap<string, ReadonlySet<string>>;

/** Counts and times operations by kind and root field. Names that clients invent, of operations and aliases, are no labels. */
export function operationMetrics(metrics: Metrics): ApolloServerPlugin<GraphQLContext> {
  // Documents that come again are parsed once, and looked at once.
  const known = new WeakMap<OperationDefinitionNode, RootFields>();
  const rootFieldsOf = (operation: OperationDefinitionNode, document: DocumentNode): RootFields => {
    const fields = known.get(operation) ?? collectRootFields(operation, document);
    known.set(operation, fields);
    return fields;
  };
  return {
    requestDidStart: () => {
      const startedAt = performance.now();
      return Promise.resolve({
        willSendResponse: ({ operation, document, response: { body } }) => {
          const seconds = (performance.now() - startedAt) / 1000;
          const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
          if (!operation || !document) {
            metrics.observeOperation('none', 'none', outcomeOf(errors?.[0]), seconds);
            return Promise.resolve();
          }
          const fields = rootFieldsOf(operation, document);
          nameSpan(operation.operation, fields);
          for (const [field, keys] of fields) {
            const error = errors?.find(({ path }) => path === undefined || keys.has(String(path[0])));
            metrics.observeOperation(operation.operation, field, outcomeOf(error), seconds);
          }
          return Promise.resolve();
        },
      });
    },
  };
}

/** By what the schema knows: the name that the client gave the operation says nothing, or too much. */
function nameSpan(type: string, fields: RootFields): void {
  const span = currentTracer()?.current();
  if (!span) return;
  const names = [...fields.keys()].join(' ');
  span.describe(`${type} ${names}`, { 'graphql.operation.type': type, 'graphql.root_fields': names });
}

function outcomeOf(error: GraphQLFormattedError | undefined): string {
  if (!error) return 'success';
  const code = error.extensions?.['code'];
  return typeof code === 'string' ? code.toLowerCase() : 'internal_error';
}

/** Of a document that is valid: its fields are in the schema, and its fragments lead to no circle. */
function collectRootFields(operation: OperationDefinitionNode, document: DocumentNode): RootFields {
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const fields = new Map<string, Set<string>>();
  const collect = (selections: readonly SelectionNode[]): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const keys = fields.get(node.name.value) ?? new Set();
        fields.set(node.name.value, keys.add((node.alias ?? node.name).value));
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collect(node.selectionSet.selections);
      } else {
        collect(fragments.get(node.name.value)?.selectionSet.selections ?? []);
      }
    }
  };
  collect(operation.selectionSet.selections);
  return fields;
}
