import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  getOperationAST,
  parse,
  specifiedRules,
  subscribe,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GraphqlConfig } from '../../config';
import { AppError } from '../../errors';
import { runInRequestContext } from '../../foundation/request-context';
import type { Logger } from '../../infrastructure/telemetry/logger';
import type { FormatError } from '../format-error';
import type { OperationParams, PersistedOperations } from '../persisted/persisted-operations';
import { documentLimits } from '../query-limits';
import type { LiveContext } from './live-context';

/** Documents that many subscribers share, so that each is parsed once and kept once. */
const MAX_DOCUMENTS = 100;
const MAX_ERRORS = 4;

/** Takes subscriptions under the same limits as HTTP has for queries, and turns whatever goes wrong into our errors. */
export class LiveOperations {
  readonly #documents = new LRUCache<string, DocumentNode>({ max: MAX_DOCUMENTS });
  readonly #refusalOf: ReturnType<typeof documentLimits>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly config: GraphqlConfig,
    private readonly persisted: PersistedOperations,
    private readonly formatError: FormatError,
    private readonly logger: Logger,
  ) {
    this.#refusalOf = documentLimits(schema, config);
  }

  /** @throws AppError or GraphQLError for what is no subscription that is served here */
  prepare(params: OperationParams, contextValue: LiveContext): ExecutionArgs {
    const { operationName, variables } = params;
    const document = this.#documentOf(this.persisted.textOf(params));
    const name = typeof operationName === 'string' ? operationName : undefined;
    const operation = getOperationAST(document, name);
    if (!operation) throw new AppError('BAD_REQUEST', { message: 'Name one of the operations' });
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
      throw new AppError('BAD_REQUEST', { message: 'Send queries and mutations by HTTP POST, as JSON' });
    return {
      schema: this.schema,
      document,
      contextValue,
      ...(name !== undefined && { operationName: name }),
      ...(isRecord(variables) && { variableValues: variables }),
    };
  }

  subscribe(args: ExecutionArgs): ReturnType<typeof subscribe> {
    return runInRequestContext(args.contextValue as LiveContext, async () => {
      const results = await subscribe(args);
      const { operationName, variableValues = {} } = args;
      if (Symbol.asyncIterator in results) {
        const fields = { operation_name: operationName, variables: Object.keys(variableValues ?? {}) };
        this.logger.debug(fields, 'subscription_started');
      }
      return results;
    });
  }

  /** As clients get it. */
  formatResult(result: ExecutionResult, context: LiveContext): FormattedExecutionResult {
    const { errors, ...rest } = result;
    return errors ? { ...rest, errors: errors.map((error) => this.format(error, context)) } : rest;
  }

  format(error: unknown, context: LiveContext): GraphQLFormattedError {
    const known = error instanceof GraphQLError ? error : wrapped(error);
    return runInRequestContext(context, () => this.formatError(known.toJSON(), known));
  }

  /** The rules that cost most see only what is within the limits. */
  #documentOf(text: string): DocumentNode {
    const known = this.#documents.get(text);
    if (known) return known;
    const document = this.#parse(text);
    const refused = this.#refusalOf(document);
    if (refused) throw refused;
    const { introspection } = this.config;
    const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const options = { maxErrors: MAX_ERRORS, hideSuggestions: !introspection };
    const [problem] = validate(this.schema, document, rules, options);
    if (problem) throw badRequest(problem);
    this.#documents.set(text, document);
    return document;
  }

  #parse(text: string): DocumentNode {
    try {
      return parse(text, { maxLexicalTokens: this.config.maxTokens, noLocation: true });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw coded(error, 'GRAPHQL_PARSE_FAILED');
    }
  }
}

function badRequest(error: GraphQLError): GraphQLError {
  return coded(error, 'GRAPHQL_VALIDATION_FAILED');
}

/** Under the codes that Apollo has for the same over HTTP. */
function coded(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes = null } = error;
  return new GraphQLError(message, { nodes, originalError: error, extensions: { code } });
}

function wrapped(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error('not an error', { cause: error });
  return new GraphQLError(originalError.message, { originalError });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
