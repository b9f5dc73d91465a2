import type { HousekeepingConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../../infrastructure/database/database';
import { removeBatch } from '../../infrastructure/housekeeping/remove-batch';

/** By this record an account that came to an unverified address is told from one that was made with it. */
const IS_STILL_NEEDED = `
  exists (select 1 from users u where u.id = email_undos.user_id
    and lower(u.email) = lower(email_undos.new_email) and not u.is_email_verified)`;

/** Removes codes, links and records of changed addresses some time after they have expired. */
export class OldProofs {
  constructor(
    private readonly database: Database,
    private readonly config: Pick<HousekeepingConfig, 'proofRetentionSeconds'>,
    private readonly clock: Clock,
  ) {}

  removeTokens(limit: number): Promise<number> {
    const values = [this.#before()];
    const rows = { table: 'one_time_tokens', key: 'id', where: 'expires_at < ?', values };
    return removeBatch(this.database, rows, limit);
  }

  removeEmailUndos(limit: number): Promise<number> {
    const where = `expires_at < ? and not ${IS_STILL_NEEDED}`;
    const rows = { table: 'email_undos', key: 'id', where, values: [this.#before()] };
    return removeBatch(this.database, rows, limit);
  }

  #before(): Date {
    return new Date(this.clock.now().getTime() - this.config.proofRetentionSeconds * 1000);
  }
}
