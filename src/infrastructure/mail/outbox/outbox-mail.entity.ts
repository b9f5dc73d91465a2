import { BigIntType, Entity, Index, Opt, PrimaryKey, Property } from '@mikro-orm/core';
import type { MailPayload } from '../../../foundation/mail';

export const LAST_ERROR_MAX_LENGTH = 500;

/**
 * A mail to be sent, written in the transaction that makes it necessary. It is pending until `sentAt` or `failedAt` is
 * set; while a worker sends it, `nextAttemptAt` is the end of that worker's lease.
 */
@Entity({ tableName: 'mail_outbox' })
@Index({
  name: 'mail_outbox_due_index',
  expression:
    'create index "mail_outbox_due_index" on "mail_outbox" ("next_attempt_at") where "sent_at" is null and "failed_at" is null',
})
@Index({
  name: 'mail_outbox_sent_at_index',
  expression:
    'create index "mail_outbox_sent_at_index" on "mail_outbox" ("sent_at") where "sent_at" is not null',
})
@Index({
  name: 'mail_outbox_failed_at_index',
  expression:
    'create index "mail_outbox_failed_at_index" on "mail_outbox" ("failed_at") where "failed_at" is not null',
})
export class OutboxMail {
  @PrimaryKey({ type: new BigIntType('number'), generated: 'by default as identity' })
  id!: number;

  @Property({ type: 'string', length: 255 })
  to!: string;

  @Property({ type: 'string', length: 50 })
  template!: string;

  @Property({ type: 'string', length: 10 })
  locale!: string;

  /** Emptied once the mail is sent. */
  @Property({ type: 'json' })
  payload!: MailPayload;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  sentAt: Date | null = null;

  /** When it was given up: refused for good, or tried too often. */
  @Property({ type: 'timestamptz', nullable: true })
  failedAt: Date | null = null;

  @Property({ type: 'integer', default: 0 })
  attempts: Opt<number> = 0;

  @Property({ type: 'timestamptz' })
  nextAttemptAt!: Date;

  @Property({ type: 'string', length: LAST_ERROR_MAX_LENGTH, nullable: true })
  lastError: string | null = null;
}
