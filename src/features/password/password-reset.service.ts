import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig } from '../../config';
import { AppError } from '../../errors';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import type { PayloadOf, Prepared } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import { hashOwner } from '../../infrastructure/crypto/hash-owner';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { Database } from '../../infrastructure/database/database';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { localeFrom, requestedLocale } from '../../infrastructure/mail/locales';
import { accountKey } from '../../infrastructure/rate-limit/rate-limiter';
import {
  findUserByIdentifier,
  markEmailVerified,
  nameOf,
  parseNewPassword,
  passwordRuleOf,
  type MailboxProofs,
  type User,
  passwordResetMail,
} from '../identity';
import { mayIssueProof, type AccountChanges } from '../sign-in';

export interface PasswordResetParts {
  readonly database: Database;
  readonly changes: AccountChanges;
  readonly events: SecurityEvents;
  readonly hasher: PasswordHasher;
  readonly proofs: MailboxProofs;
  readonly passwordRule: PasswordConfig;
}

/** A new password for those who have forgotten the old one, by a link that proves access to their mailbox. */
export class PasswordResetService {
  constructor(private readonly parts: PasswordResetParts) {}

  /**
   * Sends a link to whoever has this address. The same answer and the same work for an address that nobody has:
   * the account is looked up when the mail is sent.
   * @throws AppError INVALID_INPUT for what is no address; SERVICE_UNAVAILABLE
   */
  async request(email: string, context: RequestContext): Promise<void> {
    const values = valuesOf({ email: parseEmail(email) });
    const locale = localeFrom(requestedLocale(context.acceptLanguage));
    await this.parts.database.unitOfWork(async (em) => {
      await this.parts.proofs.mails.toAddress(em, passwordResetMail, values.email, locale);
      await this.parts.events.emit(em, {
        kind: 'password.reset_requested',
        account: accountKey(values.email),
      });
    });
  }

  /**
   * Sets a new password by the rule of its surface; `consequences` says what ends with it. The mailbox is proven, so the
   * address counts as verified.
   * @throws AppError INVALID_INPUT for a password that breaks the rule (the token stays good); INVALID_RESET_TOKEN: wrong,
   * used or expired; SERVICE_UNAVAILABLE
   */
  async reset(token: string, newPassword: string, context: RequestContext): Promise<void> {
    const work = () => this.#reset(token, newPassword, context);
    await this.parts.events.reportingFailure('password.reset_failed', work);
  }

  async #reset(token: string, newPassword: string, context: RequestContext): Promise<void> {
    const rule = passwordRuleOf(context.surface, this.parts.passwordRule);
    const values = valuesOf({ newPassword: parseNewPassword(newPassword, rule, 'newPassword') });
    // Looked up first, so that a guess costs no hash; what counts is the look inside the transaction.
    if (!(await this.isLive(token))) throw new AppError('INVALID_RESET_TOKEN');
    const hashedPassword = await this.parts.hasher.hash(values.newPassword, hashOwner(context));
    await this.parts.database.unitOfWork((em) => this.#redeem(em, token, hashedPassword));
  }

  /** Whether the link would be taken now, for a page that asks for the new password. */
  async isLive(token: string): Promise<boolean> {
    return this.parts.database.read(
      async (em) => (await this.parts.proofs.tokens.ownerOfLink(em, 'reset_password', token)) !== undefined,
    );
  }

  /** Makes the link of a queued mail; null when nobody is to get it. For the mail worker. */
  async prepareLink(
    { email }: PayloadOf<typeof passwordResetMail>,
    queuedAt: Date,
  ): Promise<Prepared<typeof passwordResetMail>> {
    return this.parts.database.unitOfWork(async (em) => {
      const address = { kind: 'email', key: emailKey(email) } as const;
      const found = await findUserByIdentifier(em, address);
      const user = found && (await this.parts.changes.lock(em, found.id));
      if (!user || user.email === null || !mayReset(user) || !mayIssueProof(user, queuedAt)) return null;
      const { resetTtlSeconds: ttlSeconds, linkKeepSeconds: keepForSeconds } = this.parts.proofs.config;
      const order = { userId: user.id, mailedTo: user.email, ttlSeconds, keepForSeconds };
      const token = await this.parts.proofs.tokens.issueLinkToken(em, {
        ...order,
        purpose: 'reset_password',
      });
      const link = this.parts.proofs.links.resetPassword(token);
      const values = { name: nameOf(user), link, minutes: Math.ceil(ttlSeconds / 60) };
      return { to: user.email, locale: user.locale ?? '', values };
    });
  }

  async #redeem(em: SqlEntityManager, token: string, hashedPassword: string): Promise<void> {
    const userId = await this.parts.proofs.tokens.ownerOfLink(em, 'reset_password', token);
    const user = userId === undefined ? null : await this.parts.changes.lock(em, userId);
    const owner = user && { user, mailbox: user.email };
    const isProven = owner && (await this.parts.proofs.tokens.redeemLink(em, 'reset_password', token, owner));
    if (!user || !isProven || !mayReset(user)) throw new AppError('INVALID_RESET_TOKEN');
    await this.parts.changes.apply(em, user, (one) => {
      const activated = markEmailVerified(one);
      one.hashedPassword = hashedPassword;
      return { kind: 'password.reset', user: one, activated };
    });
    await this.parts.proofs.undos.endYounger(em, user);
  }
}

/** A disabled account gets no new way in. */
function mayReset(user: User): boolean {
  return user.isActive || user.awaitsVerification;
}
