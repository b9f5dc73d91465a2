import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, mergeMap, throwError } from 'rxjs';
import { asksToReauthenticate, type GatewaySession } from './session';

export function apolloClient(session: GatewaySession): ApolloClient {
  const refreshAndRetry = new ErrorLink(({ error, operation, forward }) => {
    if (!CombinedGraphQLErrors.is(error) || !asksToReauthenticate(error)) return undefined;
    return from(session.refresh()).pipe(
      mergeMap((isRefreshed) => (isRefreshed ? forward(operation) : throwError(() => error))),
    );
  });
  const authorize = new SetContextLink((context) => ({
    headers: { ...(context.headers as object), ...session.headers },
  }));
  const link = ApolloLink.from([refreshAndRetry, authorize, new HttpLink({ uri: session.url })]);
  return new ApolloClient({ link, cache: new InMemoryCache() });
}
