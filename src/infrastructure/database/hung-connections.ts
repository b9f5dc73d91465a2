import type { Client } from 'pg';

type Query = (...args: unknown[]) => unknown;

/**
 * Ends a connection whose server does not answer a statement within `limitMs`. The server's own `statement_timeout` comes
 * first where the server still works; this is for one that hangs, or a network that swallows packets: without it, such
 * connections would fill the pool until TCP gives up on them, a quarter of an hour later.
 */
export function endWhenHung(client: Client, limitMs: number): void {
  const send = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]): unknown => {
    const answered = args.at(-1);
    // A caller without a callback would be pg's own promise; knex always passes one.
    if (typeof answered !== 'function') return send(...args);
    // With a statement under way, `end` closes the socket instead of asking the server.
    const timer = setTimeout(() => void client.end().catch(() => undefined), limitMs);
    return send(...args.slice(0, -1), (...answer: unknown[]): void => {
      clearTimeout(timer);
      (answered as Query)(...answer);
    });
  }) as Client['query'];
}
