import type { FetchFunction, GraphQLSingularResponse } from 'relay-runtime';
import type { GatewayClient } from './client.js';

/** What `Network.create` takes, to act for whoever is signed in. */
export function gatewayFetchFunction(gateway: GatewayClient): FetchFunction {
  return async ({ text, name }, variables) => {
    const response = await gateway.fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, operationName: name, variables }),
    });
    return (await response.json()) as GraphQLSingularResponse;
  };
}
