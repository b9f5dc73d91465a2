import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import { isLosslessNumber } from 'lossless-json';
import { AppError } from '../../errors';
import type { GraphQLContext } from '../context';
import type { OperationParams, PersistedOperations } from './persisted-operations';

interface SentOperation {
  readonly method: string;
  readonly body: unknown;
  readonly query: unknown;
}

/** Why a request is refused that asks for what is not on the list, by whatever method; undefined for all others. */
export function notListed(operations: PersistedOperations, request: SentOperation): AppError | undefined {
  if (operations.isOpen) return undefined;
  try {
    operations.textOf(paramsOf(request.method, request.body, request.query));
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** Has Apollo execute the text of the list, whichever way the operation was named. */
export function executeListed(operations: PersistedOperations): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: async ({ request }) => {
      // What is none of the list was refused before it came here; nothing else may be executed if it was not.
      request.query = operations.textOf(sentAs(request));
      if (request.extensions) delete request.extensions['persistedQuery'];
    },
  };
}

function sentAs({ http, ...request }: GraphQLRequest): OperationParams {
  if (!http) return request;
  const query = Object.fromEntries(new URLSearchParams(http.search));
  return paramsOf(http.method, http.body, query);
}

function paramsOf(method: string, body: unknown, query: unknown): OperationParams {
  if (method === 'POST') return isObject(body) ? body : {};
  const { extensions, ...params } = isObject(query) ? query : {};
  return { ...params, ...(extensions !== undefined && { extensions: parsed(extensions) }) };
}

/** What is no JSON names no operation. */
function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
