import type { Client } from 'pg';
import { watchAnswers } from './answers';
import { isReadOnlyServer } from './failures';

/**
 * Has the pool replace a connection whose server refused a change. After a failover the address leads to the new primary,
 * and only the connections that are open still lead to the old one: while they live, everything that writes would fail.
 */
export function leaveReadOnlyServers(client: Client): void {
  watchAnswers(client, () => (error) => {
    // What knex's pool looks at before it hands a connection out; closing it here would cut off the rollback.
    if (isReadOnlyServer(error)) Object.assign(client, { __knex__disposed: error });
  });
}
