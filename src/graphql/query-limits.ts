import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationRule,
} from 'graphql';
import type { GraphqlConfig } from '../config';
import { AppError, type ErrorCode } from '../errors';
import type { GraphQLContext } from './context';
import { limitedFields } from './rate-limited-fields';

/** Fragments within fragments grow exponentially from few tokens; this bounds the work of counting them. */
const MAX_SELECTIONS = 2000;
/** An honest query has a few. */
const MAX_DIRECTIVES = 50;

const SUBSCRIPTION_WORDS =
  'Subscriptions come by WebSocket (graphql-transport-ws) or as server-sent events (Accept: text/event-stream)';

interface Limits extends Pick<GraphqlConfig, 'maxDepth' | 'maxAliases' | 'maxRootFields'> {
  readonly oncePerOperation: ReadonlySet<string>;
}

export interface QueryLimits {
  readonly plugin: ApolloServerPlugin<GraphQLContext>;
  readonly rule: ValidationRule;
}

/**
 * Refuses documents over the limits with QUERY_TOO_COMPLEX, before anything is validated or executed: some of graphql-js'
 * own rules compare each field with each other. Apollo has no way to refuse between parsing and validation, so the
 * plugin swaps the refused document for an empty one, and the rule reports why when that is validated.
 */
export function queryLimits(schema: GraphQLSchema, config: GraphqlConfig): QueryLimits {
  const limits = limitsOf(schema, config);
  const refusals = new WeakMap<DocumentNode, GraphQLError>();
  // One for all requests: it asks nothing of a document that is known.
  const listener: GraphQLRequestListener<GraphQLContext> = {
    parsingDidStart: async (request) => async (syntaxError) => {
      const refused = syntaxError || !request.document ? undefined : refusalOf(request.document, limits);
      if (!refused) return;
      const empty = parse('{ __typename }', { noLocation: true });
      refusals.set(empty, refused);
      Object.assign(request, { document: empty });
    },
    // A document may hold subscriptions beside the operation that is asked for. graphql-js would find out only while
    // executing one, and call it a failure of its own.
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation === OperationTypeNode.SUBSCRIPTION)
        throw refusal('BAD_REQUEST', SUBSCRIPTION_WORDS, operation);
    },
  };
  const started = Promise.resolve(listener);
  const plugin: ApolloServerPlugin<GraphQLContext> = { requestDidStart: () => started };
  const rule: ValidationRule = (context) => ({
    Document(document): void {
      const refused = refusals.get(document);
      if (refused) context.reportError(refused);
    },
  });
  return { plugin, rule };
}

/** The same for documents of subscriptions, which are not Apollo's to execute: why one is refused, if it is. */
export function documentLimits(
  schema: GraphQLSchema,
  config: GraphqlConfig,
): (document: DocumentNode) => GraphQLError | undefined {
  const limits = limitsOf(schema, config);
  return (document) => refusalOf(document, limits);
}

/** However aliased: a single request is a single try at a limited field, and one copy of the longest answer. */
function limitsOf(schema: GraphQLSchema, config: GraphqlConfig): Limits {
  return { ...config, oncePerOperation: new Set([...limitedFields(schema), '__schema']) };
}

function refusalOf(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const problem = new OperationCounter(document, limits).problemOf(definition);
    if (problem === undefined) continue;
    return refusal('QUERY_TOO_COMPLEX', `The query is too complex: ${problem}`, definition);
  }
  return undefined;
}

/** Where Apollo asks after the validation, it has to be told the status. */
function refusal(code: ErrorCode, message: string, nodes: OperationDefinitionNode): GraphQLError {
  const extensions = { http: { status: 400 } };
  return new GraphQLError(message, { nodes, extensions, originalError: new AppError(code, { message }) });
}

/**
 * Counts one operation as it would be executed, following fragments at each place that spreads them, and stops at the
 * first limit it passes: hostile documents cost no more than allowed ones.
 */
class OperationCounter {
  #aliases = 0;
  #rootFields = 0;
  #selections = 0;
  #directives = 0;
  readonly #onceSeen = new Set<string>();
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #openFragments = new Set<string>();

  constructor(
    document: DocumentNode,
    private readonly limits: Limits,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  problemOf({ directives, selectionSet }: OperationDefinitionNode): string | undefined {
    return this.#countDirectives(directives) ?? this.#visit(selectionSet.selections, 1);
  }

  #visit(selections: readonly SelectionNode[], depth: number): string | undefined {
    for (const selection of selections) {
      const problem = this.#visitOne(selection, depth);
      if (problem) return problem;
    }
    return undefined;
  }

  #visitOne(selection: SelectionNode, depth: number): string | undefined {
    // Spreads count too: fragments that spread each other need no field to grow without end.
    if (++this.#selections > MAX_SELECTIONS) return `more than ${MAX_SELECTIONS} fields`;
    const problem = this.#countDirectives(selection.directives);
    if (problem) return problem;
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#visit(selection.selectionSet.selections, depth);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#visitFragment(selection.name.value, depth);

    if (selection.alias && ++this.#aliases > this.limits.maxAliases)
      return `more than ${this.limits.maxAliases} aliases`;
    const name = selection.name.value;
    if (depth === 1) {
      const problem = this.#countRootField(name);
      if (problem) return problem;
      // Introspection is deeper than any useful query, and is limited by being switched off.
      if (name === '__schema' || name === '__type') return undefined;
    }
    if (depth > this.limits.maxDepth) return `deeper than ${this.limits.maxDepth} levels`;
    return selection.selectionSet && this.#visit(selection.selectionSet.selections, depth + 1);
  }

  #countDirectives(directives: readonly unknown[] = []): string | undefined {
    this.#directives += directives.length;
    return this.#directives > MAX_DIRECTIVES ? `more than ${MAX_DIRECTIVES} directives` : undefined;
  }

  #countRootField(name: string): string | undefined {
    if (++this.#rootFields > this.limits.maxRootFields)
      return `more than ${this.limits.maxRootFields} root fields`;
    if (this.limits.oncePerOperation.has(name)) {
      if (this.#onceSeen.has(name)) return `${name} more than once`;
      this.#onceSeen.add(name);
    }
    return undefined;
  }

  #visitFragment(name: string, depth: number): string | undefined {
    const fragment = this.#fragments.get(name);
    // Unknown fragments and cycles are what graphql-js's own rules report.
    if (!fragment || this.#openFragments.has(name)) return undefined;
    this.#openFragments.add(name);
    const problem = this.#visit(fragment.selectionSet.selections, depth);
    this.#openFragments.delete(name);
    return problem;
  }
}
