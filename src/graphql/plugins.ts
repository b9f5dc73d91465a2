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

/** `Retry-After` as in REST, the longest wait of all errors; the status stays what GraphQL over HTTP gives it. */
export function retryAfterHeader(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response }) => {
        if (response.body.kind !== 'single') return;
        const errors = response.body.singleResult.errors ?? [];
        const waits = errors.flatMap(({ extensions }) => Number(extensions?.['retry_after'] ?? 0));
        const seconds = Math.max(0, ...waits);
        if (seconds > 0) response.http.headers.set('retry-after', String(seconds));
      },
    }),
  };
}
