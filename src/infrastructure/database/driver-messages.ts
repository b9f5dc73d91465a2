import { types } from 'node:util';
import type { Client } from 'pg';
import { watchAnswers } from './answers';

/**
 * Keeps what the server or the driver says apart from what becomes of it: knex puts the statement, which holds users' values,
 * in front of every message, and no reader could tell afterwards where those values end. Here is the last place that sees
 * the message alone; it travels on as `driverMessage`, which MikroORM copies with all other properties.
 */
export function keepDriverMessages(client: Client): void {
  watchAnswers(client, () => (error) => {
    // One error can end several statements, and has the first one's in front of its message by then.
    if (types.isNativeError(error) && !('driverMessage' in error))
      Object.assign(error, { driverMessage: error.message });
  });
}
