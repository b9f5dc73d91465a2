import { HttpLink } from '@apollo/client';
import type { GatewayClient } from './client.js';

/** The link of an `ApolloClient` that acts for whoever is signed in. */
export function gatewayLink(gateway: GatewayClient): HttpLink {
  return new HttpLink({ uri: gateway.url, fetch: gateway.fetch });
}
