import type { Socket } from 'node:net';
import type { Client } from 'pg';
import { watchAnswers } from './answers';

/** A server that is well closes a connection as soon as it is told that it ends. */
const GOODBYE_WITHIN_MS = 1_000;

/**
 * Ends a connection whose server does not answer a statement within `limitMs`. The server's own `statement_timeout` comes
 * first where the server still works; this is for one that hangs, or a network that swallows packets: without it, such
 * connections would fill the pool until TCP gives up on them, a quarter of an hour later.
 */
export function endWhenHung(client: Client, limitMs: number): void {
  watchAnswers(client, () => {
    // With a statement under way, `end` closes the socket instead of asking the server.
    const timer = setTimeout(() => void client.end().catch(() => undefined), limitMs);
    return () => clearTimeout(timer);
  });
  boundGoodbye(client);
}

/** Without it a server that hangs would hold a process that has closed everything else. */
function boundGoodbye(client: Client): void {
  const end = client.end.bind(client) as (...args: unknown[]) => unknown;
  client.end = ((...args: unknown[]): unknown => {
    const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
    const timer = setTimeout(() => stream.destroy(), GOODBYE_WITHIN_MS).unref();
    stream.once('close', () => clearTimeout(timer));
    return end(...args);
  }) as Client['end'];
}
