import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { asksToReauthenticate, type GatewaySession } from './session';

export function urqlClient(session: GatewaySession): Client {
  const auth = authExchange(async (utils) => ({
    addAuthToOperation: (operation) => utils.appendHeaders(operation, session.headers),
    didAuthError: ({ graphQLErrors }) => asksToReauthenticate({ errors: graphQLErrors }),
    refreshAuth: async () => {
      await session.refresh();
    },
  }));
  return new Client({ url: session.url, exchanges: [cacheExchange, auth, fetchExchange] });
}
