import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '../infrastructure/telemetry/logger';
import type { GraphQLContext } from './context';

/** The operation's name, its kind and the names of its variables. Its text and its values can hold passwords and tokens. */
export function operationLogging(logger: Logger): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation, operationName, request }) => {
          logger.debug(
            {
              operation_type: operation?.operation,
              operation_name: operationName,
              variables: Object.keys(request.variables ?? {}),
            },
            'graphql_operation',
          );
          return Promise.resolve();
        },
      }),
  };
}

/** By this message clients of persisted queries know that they have to send the text, and do. */
const PERSISTED_QUERIES_OFF = 'PersistedQueryNotSupported';
const PERSISTED_QUERIES_WORDS =
  'Persisted queries (APQ) are off; send the text of the operation in `query`, without `extensions.persistedQuery`';

/** Says it to people as well. */
export const persistedQueriesOff: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body } }) => {
        if (body.kind !== 'single') return Promise.resolve();
        const [error] = body.singleResult.errors ?? [];
        if (error?.message === PERSISTED_QUERIES_OFF) {
          body.singleResult.errors = [{ ...error, message: PERSISTED_QUERIES_WORDS }, error];
        }
        return Promise.resolve();
      },
    }),
};
