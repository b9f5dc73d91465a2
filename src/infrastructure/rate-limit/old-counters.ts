import type { Clock } from '../../foundation/clock';
import type { Database } from '../database/database';
import { removeBatch } from '../housekeeping/remove-batch';

/** Removes counters whose window is over from the database, where there are such. */
export class OldCounters {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  remove(limit: number): Promise<number> {
    const values = [this.clock.now()];
    const rows = { table: 'rate_limits', key: 'key', where: 'expires_at < ?', values };
    return removeBatch(this.database, rows, limit);
  }
}
