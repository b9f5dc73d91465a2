import type { Client } from 'pg';
import { watchAnswers } from './answers';

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
}
