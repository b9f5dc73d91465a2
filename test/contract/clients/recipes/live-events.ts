import { createClient } from 'graphql-ws';
import type { GatewaySession } from './session';

const BOOKINGS =
  'subscription ($since: ID) { creditEvents(since: $since) { id transaction { amount newBalance } } }';

interface Booking {
  readonly creditEvents: { readonly id: string; readonly transaction: { readonly newBalance: string } };
}

interface Greeting {
  readonly since: { readonly creditEvents: string };
}

interface Closing {
  readonly code: number;
  readonly reason: string;
}

/**
 * Tells of the caller's bookings, also of those made while there was no connection.
 * @param onEnd called when the session has ended: the user has to sign in again
 */
export function followBookings(
  session: GatewaySession,
  onBalance: (balance: string) => void,
  onEnd: () => void,
): () => void {
  let isExpired = false;
  let hasEnded = false;
  // Sent again, as it is then, with each connection.
  const variables: { since: string | undefined } = { since: undefined };
  const client = createClient({
    url: session.url.replace(/^http/, 'ws'),
    // Asked for each connection anew.
    connectionParams: async () => {
      // What went wrong on the way is tried again with the next connection.
      if (isExpired) hasEnded = !(await session.refresh().catch(() => true));
      return session.headers;
    },
    on: {
      // Where to go on if the connection is lost before the first booking.
      connected: (_socket, payload) =>
        (variables.since ??= (payload as Greeting | undefined)?.since.creditEvents),
      closed: (event) => (isExpired = (event as Closing).reason === 'TOKEN_EXPIRED'),
    },
    shouldRetry: (event) => !hasEnded && (isExpired || (event as Closing).code !== 4403),
    retryAttempts: Infinity,
    retryWait: async (retries) => {
      const delayMs = Math.min(30_000, 200 * 2 ** retries) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    },
  });
  client.subscribe<Booking>(
    { query: BOOKINGS, variables },
    {
      next: ({ data }) => {
        if (!data) return;
        variables.since = data.creditEvents.id;
        onBalance(data.creditEvents.transaction.newBalance);
      },
      error: onEnd,
      complete: () => undefined,
    },
  );
  return () => {
    // It fails where there is no connection to close.
    Promise.resolve(client.dispose()).catch(() => undefined);
  };
}
