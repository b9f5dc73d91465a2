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
