import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../../foundation/clock';
import type { MailOrder } from '../../../foundation/mail';
import type { Database } from '../../database/database';
import { LAST_ERROR_MAX_LENGTH, OutboxMail } from './outbox-mail.entity';

/** A mail that this process, and no other, may send until its lease is over. */
export interface ClaimedMail extends MailOrder {
  readonly id: number;
  readonly createdAt: Date;
  /** This try included. */
  readonly attempts: number;
}

/** The queue of mails, as rows of the database: what is committed with a change is sent, whatever crashes. */
export class MailOutbox {
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Queues a mail inside the caller's transaction; those who listen hear of it once that is committed. */
  async enqueue(em: SqlEntityManager, order: MailOrder): Promise<void> {
    const now = this.clock.now();
    await em.insert(OutboxMail, { ...order, createdAt: now, nextAttemptAt: now });
    // The event manager is the transaction's own: MikroORM clones it for each.
    em.getEventManager().registerSubscriber({ afterTransactionCommit: async () => this.#announce() });
  }

  onCommit(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Takes mails that are due. They stay in the queue, and come back when the lease ends, so that a crash loses none;
   * processes that claim at the same time pass over each other's rows.
   */
  async claimDue(limit: number, leaseMs: number): Promise<ClaimedMail[]> {
    const now = this.clock.now();
    const leaseEnd = new Date(now.getTime() + leaseMs);
    const rows = await this.#write((em) => em.execute<OutboxRow[]>(CLAIM, [now, limit, leaseEnd]));
    return rows
      .map(({ id, to, template, locale, payload, created_at, attempts }) => ({
        id: Number(id),
        createdAt: new Date(created_at),
        ...{ to, template, locale, payload, attempts },
      }))
      .sort((one, other) => one.id - other.id);
  }

  /** Erases what the mail was made of. Holds even when the lease was lost meanwhile, for it spares another sending. */
  async markSent(mail: ClaimedMail): Promise<void> {
    await this.#update(
      { id: mail.id, sentAt: null },
      { sentAt: this.clock.now(), payload: {}, failedAt: null, lastError: null },
    );
  }

  async postpone(mail: ClaimedMail, nextAttemptAt: Date, lastError: string): Promise<void> {
    await this.#update(owned(mail), { nextAttemptAt, lastError: shortened(lastError) });
  }

  /** The visible end of a mail that cannot be delivered. */
  async giveUp(mail: ClaimedMail, lastError: string): Promise<void> {
    await this.#update(owned(mail), { failedAt: this.clock.now(), lastError: shortened(lastError) });
  }

  /** For a mail that has become pointless, or whose recipient does not exist. */
  async discard(mail: ClaimedMail): Promise<void> {
    await this.#write((em) => em.nativeDelete(OutboxMail, owned(mail)));
  }

  async #update(where: Partial<OutboxMail>, data: Partial<OutboxMail>): Promise<void> {
    await this.#write((em) => em.nativeUpdate(OutboxMail, where, data));
  }

  /** Mails are no part of what is remembered of people. */
  #write<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.database.unitOfWork(work, { concerns: 'nobody' });
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

type OutboxRow = Pick<OutboxMail, 'to' | 'template' | 'locale' | 'payload' | 'attempts'> & {
  readonly id: string;
  readonly created_at: string | Date;
};

// The common table expression runs once; as a plain subquery its limit might be applied again and again.
const CLAIM = `
  with "due" as materialized (
    select "id" from "mail_outbox"
    where "sent_at" is null and "failed_at" is null and "next_attempt_at" <= ?
    order by "next_attempt_at", "id"
    limit ?
    for update skip locked
  )
  update "mail_outbox" set "attempts" = "attempts" + 1, "next_attempt_at" = ?
  where "id" in (select "id" from "due")
  returning "id", "to", "template", "locale", "payload", "created_at", "attempts"`;

/** Another process that claimed the mail after us has counted one try more. */
function owned(mail: ClaimedMail): Pick<OutboxMail, 'id' | 'attempts' | 'sentAt'> {
  return { id: mail.id, attempts: mail.attempts, sentAt: null };
}

function shortened(text: string): string {
  return text.slice(0, LAST_ERROR_MAX_LENGTH);
}
