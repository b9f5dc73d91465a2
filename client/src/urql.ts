import type { ClientOptions } from '@urql/core';
import type { GatewayClient } from './client.js';

/** What a `Client` of urql needs beside its exchanges, to act for whoever is signed in. */
export function gatewayOptions(gateway: GatewayClient): Pick<ClientOptions, 'url' | 'fetch'> {
  return { url: gateway.url, fetch: gateway.fetch };
}
