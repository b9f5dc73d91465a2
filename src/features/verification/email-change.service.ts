import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import type { PayloadOf, Prepared } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../infrastructure/database/database';
import {
  isEmailTaken,
  moveEmail,
  nameOf,
  refusingDuplicates,
  type MailboxProofs,
  type User,
  type emailChangeMail,
} from '../identity';
import { mayIssueProof, type AccountChanges, type Credentials } from '../sign-in';

/** The link to the new address; its owner may read that mailbox once a day. */
const CONFIRMATION_TTL_HOURS = 24;

/** Moves an account to another email address. The old one is told of it, and can take it back. */
export class EmailChangeService {
  constructor(
    private readonly database: Database,
    private readonly changes: AccountChanges,
    private readonly credentials: Credentials,
    private readonly proofs: MailboxProofs,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes effect at once, unverified, with a code to the new address. Where verification is required the new address
   * waits as `pendingEmail` for the link in the mail to it.
   * @throws AppError INVALID_INPUT; USER_ALREADY_EXISTS; SERVICE_UNAVAILABLE; as `Credentials.confirm`
   */
  async change(
    viewer: SessionViewer,
    newEmail: string,
    currentPassword: string,
    context: RequestContext,
  ): Promise<User> {
    const values = valuesOf({ newEmail: parseEmail(newEmail, 'newEmail') });
    const proven = await this.credentials.confirm(viewer, currentPassword, context);
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const user = await this.changes.lockProven(em, proven, viewer);
        if (await isEmailTaken(em, values.newEmail, this.clock.now(), user.id)) {
          throw new AppError('USER_ALREADY_EXISTS');
        }
        if (user.email !== null && emailKey(user.email) === emailKey(values.newEmail)) {
          await this.#respell(em, user, values.newEmail);
        } else if (this.proofs.config.required) {
          await this.#await(em, user, values.newEmail);
        } else {
          const undoId = await this.proofs.undos.record(em, user, values.newEmail);
          await this.#moveTo(em, user, values.newEmail, { verified: false, undoId });
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
        const userId = await this.proofs.tokens.ownerOfLink(em, 'change_email', token);
        const user = userId === undefined ? null : await this.changes.lock(em, userId);
        const newEmail = user?.pendingEmail ?? null;
        const owner = user && { user, mailbox: newEmail };
        const isProven = owner && (await this.proofs.tokens.redeemLink(em, 'change_email', token, owner));
        if (!user?.isActive || newEmail === null || !isProven) {
          throw new AppError('INVALID_VERIFICATION_CODE', { message: 'Invalid or expired link' });
        }
        if (await isEmailTaken(em, newEmail, this.clock.now(), user.id)) {
          throw new AppError('USER_ALREADY_EXISTS');
        }
        const undoId = await this.proofs.undos.renew(em, user, newEmail);
        await this.#moveTo(em, user, newEmail, { verified: true, undoId });
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
  async prepareLink(
    { userId, newEmail }: PayloadOf<typeof emailChangeMail>,
    queuedAt: Date,
  ): Promise<Prepared<typeof emailChangeMail>> {
    return this.database.unitOfWork(async (em) => {
      const user = await this.changes.lock(em, userId);
      if (!user?.isActive || user.pendingEmail !== newEmail || !mayIssueProof(user, queuedAt)) return null;
      const token = await this.proofs.tokens.issueLinkToken(em, {
        userId: user.id,
        purpose: 'change_email',
        mailedTo: user.pendingEmail,
        ttlSeconds: CONFIRMATION_TTL_HOURS * 3600,
        keepForSeconds: this.proofs.config.linkKeepSeconds,
      });
      const link = this.proofs.links.confirmEmailChange(token);
      const values = { name: nameOf(user), newEmail: user.pendingEmail, link, hours: CONFIRMATION_TTL_HOURS };
      return { to: user.pendingEmail, locale: user.locale ?? '', values };
    });
  }

  /** Another spelling of the same address needs no proof, and ends what was pending. */
  async #respell(em: SqlEntityManager, user: User, email: string): Promise<void> {
    await this.proofs.tokens.revoke(em, user.id, ['change_email']);
    await this.changes.apply(em, user, (one) => {
      one.email = email;
      one.pendingEmail = null;
      return { kind: 'profile.changed', user: one };
    });
  }

  async #await(em: SqlEntityManager, user: User, newEmail: string): Promise<void> {
    const undoId = await this.proofs.undos.record(em, user, newEmail);
    await this.changes.apply(em, user, (one) => {
      one.pendingEmail = newEmail;
      return { kind: 'email.change_requested', user: one, newEmail, undoId };
    });
  }

  async #moveTo(
    em: SqlEntityManager,
    user: User,
    email: string,
    { verified, undoId }: { readonly verified: boolean; readonly undoId: string | null },
  ): Promise<void> {
    await this.changes.apply(em, user, (one) => {
      const oldEmail = one.email;
      moveEmail(one, email);
      one.isEmailVerified = verified;
      return { kind: 'email.changed', user: one, oldEmail, undoId };
    });
    if (!verified) await this.proofs.mails.verificationCode(em, user);
  }
}
