import WebSocket from 'ws';
import type * as Client from '../../client/src/index';
import { inbox } from '../support/live';
import { builtClient } from '../support/packed-client';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

// With the package ws, in a Node.js that may have no WebSocket.
let client: typeof Client;
beforeAll(async () => (client = await builtClient()));
const TOKENS = { userId: '1', accessToken: 'a', accessExpiresAt: Date.now() + 3_600_000, refreshToken: null };
const app = useApp({ SUBSCRIPTION_MAX_CONNECTIONS_PER_USER: '1' });

it('should serve more observers than a user may have connections', async () => {
  const gateway = client.createGatewayClient({ url: `${app.url}/graphql`, webSocket: WebSocket });
  await gateway.register({ input: { email: 'live@example.com', password: PASSWORD } });
  const seen = inbox<string>();
  const errors: Error[] = [];
  const stops = Array.from({ length: 8 }, () =>
    gateway.events.creditEvents({}, { next: ({ id }) => seen.add(id), error: (error) => errors.push(error) }),
  );
  // What comes before the server listens is not told.
  while (seen.all.length === 0 && errors.length === 0) {
    await gateway.addCredits({ input: { amount: '1' } });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await seen.atLeast(8);
  expect(errors).toEqual([]);
  for (const stop of stops) stop();
});

it('should hear of no error that ends the process where nobody listens', async () => {
  const tokens = client.inMemory(TOKENS);
  const opened: WebSocket[] = [];
  class Counted extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      opened.push(this);
    }
  }
  const gateway = client.createGatewayClient({
    url: 'http://127.0.0.1:1/graphql',
    tokens,
    webSocket: Counted,
  });
  const stop = gateway.events.creditEvents({}, { next: () => undefined });
  while (opened.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  stop();
  expect(opened[0]!.listenerCount('error')).toBeGreaterThan(0);
});
