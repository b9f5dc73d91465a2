import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { VerificationConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import { newUuid } from '../../foundation/ids';
import type { OneTimeSecrets } from '../../infrastructure/crypto/one-time-secrets';
import { EmailUndo } from './email-undo.entity';
import type { User } from './user.entity';

const PURPOSE = 'undo_email_change';

/** All from a moment on, but for addresses that have an older right as well. */
const FORGET = `
  delete from email_undos as one where user_id = ? and created_at >= ? and not exists (
    select 1 from email_undos as older where older.user_id = one.user_id
      and lower(older.old_email) = lower(one.old_email) and older.created_at < ? and older.expires_at > ?)`;

const PROLONG = `
  update email_undos set expires_at = ?
  where user_id = ? and lower(old_email) = lower(?) and expires_at > ?`;

/**
 * Records by which the owner of an old address takes a change of email back. They outlive changes of the password, which a
 * thief would make next; who undoes a change also undoes those after it.
 */
export class EmailUndos {
  constructor(
    private readonly secrets: OneTimeSecrets,
    private readonly config: Pick<VerificationConfig, 'emailUndoTtlSeconds'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Remembers the address that the account has now, or that it has none; null then, for nobody is told.
   * The right of an address that the account comes back to lasts as long as the new one, which is younger.
   */
  async record(em: SqlEntityManager, user: User, newEmail: string): Promise<string | null> {
    const id = newUuid();
    const now = this.clock.now();
    await this.#prolong(em, user.id, newEmail);
    await em.insert(EmailUndo, {
      id,
      user: user.id,
      oldEmail: user.email,
      newEmail,
      wasVerified: user.isEmailVerified,
      secretHash: this.secrets.hash(PURPOSE, this.secrets.linkToken(PURPOSE, nonceOf(id))),
      createdAt: now,
      expiresAt: this.#expiry(now),
    });
    return user.email === null ? null : id;
  }

  /** The same for a change that was asked for before and takes effect now: the time to take it back begins anew. */
  async renew(em: SqlEntityManager, user: User, newEmail: string): Promise<string | null> {
    const undo =
      user.email === null
        ? null
        : await em.findOne(
            EmailUndo,
            { user: user.id, oldEmail: user.email, newEmail },
            { orderBy: { createdAt: 'desc' } },
          );
    if (!undo) return this.record(em, user, newEmail);
    await this.#prolong(em, user.id, newEmail);
    undo.expiresAt = this.#expiry(this.clock.now());
    return undo.id;
  }

  /** The token for the link, made from the record's id: it is in the mail and in no table. Undefined without its key. */
  tokenOf({ id, secretHash }: EmailUndo): string | undefined {
    return this.secrets.linkTokenAgain(PURPOSE, nonceOf(id), secretHash);
  }

  async findLive(em: SqlEntityManager, token: string): Promise<EmailUndo | null> {
    const hashes = this.secrets.hashes(PURPOSE, token);
    return em.findOne(EmailUndo, { secretHash: { $in: hashes }, expiresAt: { $gt: this.clock.now() } });
  }

  /** The latest change of the account to this address, however long ago. */
  async latestTo(em: SqlEntityManager, userId: number, newEmail: string): Promise<EmailUndo | null> {
    return em
      .createQueryBuilder(EmailUndo)
      .where({ user: userId })
      .andWhere('lower(new_email) = lower(?)', [newEmail])
      .orderBy({ createdAt: 'desc' })
      .getSingleResult();
  }

  /** This record and those after it: who they belong to came by the account by the change that is taken back. */
  async forget(em: SqlEntityManager, { user, createdAt }: EmailUndo): Promise<void> {
    await em.execute(FORGET, [user.id, createdAt, createdAt, this.clock.now()]);
  }

  /**
   * The first change by which an address lost the account, as far as it can still be taken back. The older right is the
   * better one: a thief who moves an account away and back again has a right as well, but a younger one.
   */
  async firstRightOf(em: SqlEntityManager, userId: number, email: string): Promise<EmailUndo | null> {
    return em
      .createQueryBuilder(EmailUndo)
      .where({ user: userId, expiresAt: { $gt: this.clock.now() } })
      .andWhere('lower(old_email) = lower(?)', [email])
      .orderBy({ createdAt: 'asc' })
      .getSingleResult();
  }

  /** Whoever has proven the mailbox of the account need not fear the links of those who had it later. */
  async endYounger(em: SqlEntityManager, { id, email }: User): Promise<void> {
    const right = email === null ? null : await this.firstRightOf(em, id, email);
    if (!right) return;
    const { createdAt } = right;
    await em.execute(`${FORGET} and lower(old_email) <> lower(?)`, [
      ...[id, createdAt, createdAt, this.clock.now()],
      email,
    ]);
  }

  /** For an address that loses the account to a younger right: its own holds anew. Null where it has none. */
  async revive(em: SqlEntityManager, userId: number, email: string): Promise<string | null> {
    const right = await this.firstRightOf(em, userId, email);
    if (!right) return null;
    await this.#prolong(em, userId, email);
    return right.id;
  }

  async #prolong(em: SqlEntityManager, userId: number, email: string): Promise<void> {
    const now = this.clock.now();
    await em.execute(PROLONG, [this.#expiry(now), userId, email, now]);
  }

  #expiry(now: Date): Date {
    return new Date(now.getTime() + this.config.emailUndoTtlSeconds * 1000);
  }
}

/** A record's id is random, and so serves as what its token is derived from. */
function nonceOf(id: string): Buffer {
  return Buffer.from(id);
}
