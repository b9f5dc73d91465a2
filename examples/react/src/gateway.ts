import { ApolloClient, InMemoryCache } from '@apollo/client';
import { createGatewayClient, inCookie, inLocalStorage } from 'graphql-auth-client';
import { gatewayLink } from 'graphql-auth-client/apollo';

/** `VITE_TOKEN_DELIVERY=cookie` for a gateway with REFRESH_TOKEN_DELIVERY `client` or `cookie`: the better choice. */
const tokens = import.meta.env.VITE_TOKEN_DELIVERY === 'cookie' ? inCookie() : inLocalStorage();

export const gateway = createGatewayClient({ url: '/graphql', tokens });

export const apollo = new ApolloClient({
  link: gatewayLink(gateway),
  cache: new InMemoryCache({ typePolicies: { CreditBalance: { keyFields: ['userId'] } } }),
});

// Whoever signs in next must not see what the one before was shown. A refresh changes nothing.
gateway.onChange((change) => {
  if (change !== 'refreshed') void apollo.clearStore();
});
