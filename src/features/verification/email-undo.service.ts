import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import { emailKey } from '../../foundation/identifiers';
import type { Prepared } from '../../foundation/mail';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { Database } from '../../infrastructure/database/database';
import {
  EmailUndo,
  moveEmail,
  nameOf,
  refusingDuplicates,
  type MailboxProofs,
  type User,
  type emailChangedMail,
  passwordResetMail,
  type UndoPayload,
} from '../identity';
import { type AccountChanges } from '../sign-in';

/** Takes a change of email back, for an owner who did not ask for it. */
export class EmailUndoService {
  constructor(
    private readonly database: Database,
    private readonly changes: AccountChanges,
    private readonly hasher: PasswordHasher,
    private readonly proofs: MailboxProofs,
  ) {}

  /** The address that a live link would bring back, for a page that shows it before; undefined for any other link. */
  async addressOf(token: string): Promise<string | undefined> {
    return this.database.read(
      async (em) => (await this.proofs.undos.findLive(em, token))?.oldEmail ?? undefined,
    );
  }

  /**
   * The account has its old address again, or keeps it where the new one was never confirmed. Whoever asked for the change
   * knew the password: it works no more, every session ends, and a link for a new one goes to the old address.
   * @throws AppError INVALID_VERIFICATION_CODE for a link that is wrong, used or expired; USER_ALREADY_EXISTS; SERVICE_UNAVAILABLE
   */
  async undo(token: string): Promise<User> {
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const found = await this.proofs.undos.findLive(em, token);
        const user = found && (await this.changes.lock(em, found.user.id));
        // Once more under the lock: two of them may have been opened at the same moment.
        const undo = user && (await this.proofs.undos.findLive(em, token));
        if (!user || undo?.oldEmail == null || !(user.isActive || user.awaitsVerification)) {
          throw new AppError('INVALID_VERIFICATION_CODE', { message: 'Invalid or expired link' });
        }
        const { oldEmail } = undo;
        await this.proofs.undos.forget(em, undo);
        const counterUndoId = await this.#counterRight(em, user, oldEmail);
        await this.changes.apply(em, user, (one) => {
          const rejectedEmail = one.email === oldEmail ? one.pendingEmail : one.email;
          const hashedPassword = this.hasher.unusableHash();
          moveEmail(one, oldEmail);
          one.isEmailVerified = true;
          one.hashedPassword = hashedPassword;
          return { kind: 'email.change_undone', user: one, rejectedEmail, counterUndoId };
        });
        await this.proofs.undos.endYounger(em, user);
        const locale = user.locale ?? '';
        await this.proofs.mails.toAddress(em, passwordResetMail, oldEmail, locale);
        return user;
      }),
    );
  }

  /** That of the address which loses the account, where it is older than the one that takes it. */
  async #counterRight(em: SqlEntityManager, user: User, oldEmail: string): Promise<string | null> {
    const loses = user.email !== null && emailKey(user.email) !== emailKey(oldEmail);
    return loses ? this.proofs.undos.revive(em, user.id, user.email) : null;
  }

  /** Makes the mail to the old address of a change that was asked for or has taken effect. For the mail worker. */
  async prepareNotice({ undoId, newEmail }: UndoPayload): Promise<Prepared<typeof emailChangedMail>> {
    return this.database.read(async (em) => {
      const undo = await em.findOne(EmailUndo, undoId, { populate: ['user'] });
      const token = undo && this.proofs.undos.tokenOf(undo);
      if (undo?.oldEmail == null || token == null) return null;
      const { user, oldEmail } = undo;
      const link = this.proofs.links.undoEmailChange(token);
      const hours = Math.ceil(this.proofs.config.emailUndoTtlSeconds / 3600);
      const values = { name: nameOf(user), newEmail, link, hours };
      return { to: oldEmail, locale: user.locale ?? '', values };
    });
  }
}
