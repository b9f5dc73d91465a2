import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { VerificationConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import { newUuid } from '../../foundation/ids';
import type { OneTimeSecrets } from '../../infrastructure/crypto/one-time-secrets';
import { EmailUndo } from './email-undo.entity';
import type { User } from './user.entity';

const PURPOSE = 'undo_email_change';

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

  /** Remembers the address that the account has now; null where it has none. */
  async record(em: SqlEntityManager, user: User, newEmail: string): Promise<string | null> {
    if (user.email === null) return null;
    const id = newUuid();
    const now = this.clock.now();
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
    return id;
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
    return em.findOne(EmailUndo, { user: userId, newEmail }, { orderBy: { createdAt: 'desc' } });
  }

  /** This record and those after it: who they belong to came to the address by the change that is taken back. */
  async forget(em: SqlEntityManager, undo: EmailUndo): Promise<void> {
    await em.nativeDelete(EmailUndo, { user: undo.user.id, createdAt: { $gte: undo.createdAt } });
  }

  #expiry(now: Date): Date {
    return new Date(now.getTime() + this.config.emailUndoTtlSeconds * 1000);
  }
}

/** A record's id is random, and so serves as what its token is derived from. */
function nonceOf(id: string): Buffer {
  return Buffer.from(id);
}
