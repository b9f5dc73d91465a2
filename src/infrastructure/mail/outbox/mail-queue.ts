import type { Clock } from '../../../foundation/clock';
import type { Database } from '../../database/database';

const LOOK = `
  select count(*) filter (where next_attempt_at <= ?) as due, count(*) as unsent, min(created_at) as oldest,
    (select count(*) from mail_outbox where failed_at is not null) as failed
  from mail_outbox where sent_at is null and failed_at is null`;

interface Row {
  readonly due: string;
  readonly unsent: string;
  readonly oldest: string | Date | null;
  readonly failed: string;
}

/** How many mails are to be sent at once, wait for another try, and were given up; and the age of the oldest in seconds. */
export async function lookAtMailQueue(
  database: Database,
  clock: Clock,
): Promise<{ due: number; waiting: number; failed: number; oldestSeconds: number }> {
  const now = clock.now();
  const [row] = await database.read((em) => em.execute<Row[]>(LOOK, [now]));
  if (!row) throw new Error('the queue of mails has no length');
  const oldestMs = row.oldest === null ? now.getTime() : new Date(row.oldest).getTime();
  return {
    due: Number(row.due),
    waiting: Number(row.unsent) - Number(row.due),
    failed: Number(row.failed),
    oldestSeconds: Math.max(0, (now.getTime() - oldestMs) / 1000),
  };
}
