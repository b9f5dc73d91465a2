import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import type { MailContent, MailPayload } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { Viewer } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import {
  findUserByIdentifier,
  nameOf,
  refusingDuplicates,
  User,
  type Credentials,
  type MailboxProofs,
} from '../account';

/** The link to the new address; its owner may read that mailbox once a day. */
const CONFIRMATION_TTL_HOURS = 24;

/** Moves an account to another email address, and tells the old one. */
export class EmailChangeService {
  constructor(
    private readonly database: Database,
    private readonly credentials: Credentials,
    private readonly proofs: MailboxProofs,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes effect at once, unverified, with a code to the new address. Where verification is required the new address
   * waits as `pendingEmail` for the link in the mail to it.
   * @throws AppError INVALID_INPUT; INVALID_CREDENTIALS; USER_ALREADY_EXISTS; SERVICE_UNAVAILABLE
   */
  async change(viewer: Viewer, newEmail: string, currentPassword: string): Promise<User> {
    const values = valuesOf({ newEmail: parseEmail(newEmail, 'newEmail') });
    const proven = await this.credentials.confirm(viewer.userId, currentPassword);
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const user = await em.findOne(User, { id: proven.id, hashedPassword: proven.hashedPassword });
        // The password was changed while we compared it.
        if (!user) throw new AppError('INVALID_CREDENTIALS', { message: 'Current password is incorrect' });
        await this.proofs.tokens.revoke(em, user.id, 'change_email');
        await refuseTaken(em, values.newEmail, user);
        if (user.email !== null && emailKey(user.email) === emailKey(values.newEmail)) {
          em.assign(user, { email: values.newEmail, pendingEmail: null, updatedAt: this.clock.now() });
        } else if (this.proofs.config.required) {
          await this.#await(em, user, values.newEmail);
        } else {
          await this.#moveTo(em, user, values.newEmail, { verified: false });
          await this.proofs.mails.verificationCode(em, user);
        }
        return user;
      }),
    );
  }

  /**
   * Follows the link in the mail to the new address, which is verified by that.
   * @throws AppError INVALID_VERIFICATION_CODE for a link that is wrong, used, expired or overtaken;
   * USER_ALREADY_EXISTS when somebody else took the address meanwhile; SERVICE_UNAVAILABLE
   */
  async confirm(token: string): Promise<User> {
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const userId = await this.proofs.tokens.redeemLink(em, 'change_email', token);
        const user = userId === undefined ? null : await em.findOne(User, userId);
        if (!user?.isActive || user.pendingEmail === null) {
          throw new AppError('INVALID_VERIFICATION_CODE', { message: 'Invalid or expired link' });
        }
        await this.#moveTo(em, user, user.pendingEmail, { verified: true });
        return user;
      }),
    );
  }

  /** Whether the link would be taken now, for a page that shows it before it is confirmed. */
  async isLive(token: string): Promise<boolean> {
    return this.database.read(
      async (em) => (await this.proofs.tokens.ownerOfLink(em, 'change_email', token)) !== undefined,
    );
  }

  /** Makes the link of a queued mail; null when the change was overtaken. For the mail worker. */
  async prepareLink({ userId, newEmail }: MailPayload): Promise<MailContent | null> {
    return this.database.unitOfWork(async (em) => {
      const user = await em.findOne(User, Number(userId));
      if (!user?.isActive || user.pendingEmail !== newEmail) return null;
      const ttlSeconds = CONFIRMATION_TTL_HOURS * 3600;
      const token = await this.proofs.tokens.issueLinkToken(em, user.id, 'change_email', ttlSeconds);
      const link = this.proofs.links.confirmEmailChange(token);
      const values = { name: nameOf(user), newEmail: user.pendingEmail, link, hours: CONFIRMATION_TTL_HOURS };
      return { to: user.pendingEmail, locale: user.locale ?? '', values };
    });
  }

  async #await(em: SqlEntityManager, user: User, newEmail: string): Promise<void> {
    em.assign(user, { pendingEmail: newEmail, updatedAt: this.clock.now() });
    await this.proofs.mails.emailChange(em, user, newEmail);
  }

  async #moveTo(em: SqlEntityManager, user: User, email: string, to: { verified: boolean }): Promise<void> {
    const oldEmail = user.email;
    em.assign(user, {
      email,
      pendingEmail: null,
      isEmailVerified: to.verified,
      updatedAt: this.clock.now(),
    });
    await em.flush();
    // What was sent to the old address proves nothing about the new one.
    await this.proofs.tokens.revoke(em, user.id, 'verify_email', 'reset_password');
    await this.proofs.mails.emailChanged(em, user, oldEmail);
  }
}

/** Taken as somebody's address or as the name somebody registered with; the unique index decides what is simultaneous. */
async function refuseTaken(em: SqlEntityManager, email: string, user: User): Promise<void> {
  const holder = await findUserByIdentifier(em, { kind: 'email', key: emailKey(email) });
  if (holder && holder.id !== user.id) throw new AppError('USER_ALREADY_EXISTS');
}
