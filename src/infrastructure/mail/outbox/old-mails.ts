import type { HousekeepingConfig } from '../../../config';
import type { Clock } from '../../../foundation/clock';
import type { Database } from '../../database/database';
import { removeBatch } from '../../housekeeping/remove-batch';

/** Removes mails that nobody will look for any more, sent or given up. */
export class OldMails {
  constructor(
    private readonly database: Database,
    private readonly config: Pick<
      HousekeepingConfig,
      'mailSentRetentionSeconds' | 'mailFailedRetentionSeconds'
    >,
    private readonly clock: Clock,
  ) {}

  remove(limit: number): Promise<number> {
    const { mailSentRetentionSeconds, mailFailedRetentionSeconds } = this.config;
    const nowMs = this.clock.now().getTime();
    const values = [mailSentRetentionSeconds, mailFailedRetentionSeconds].map(
      (seconds) => new Date(nowMs - seconds * 1000),
    );
    const where = 'sent_at < ? or failed_at < ?';
    return removeBatch(this.database, { table: 'mail_outbox', key: 'id', where, values }, limit);
  }
}
