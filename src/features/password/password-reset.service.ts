import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import type { MailContent, MailPayload } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { Database } from '../../infrastructure/database/database';
import { localeFrom, requestedLocale } from '../../infrastructure/mail/locales';
import {
  findUserByIdentifier,
  markEmailVerified,
  nameOf,
  parseNewPassword,
  passwordRuleOf,
  User,
  type MailboxProofs,
} from '../account';
import type { PasswordSessions } from './password.service';

/** A new password for those who have forgotten the old one, by a link that proves access to their mailbox. */
export class PasswordResetService {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly sessions: PasswordSessions,
    private readonly proofs: MailboxProofs,
    private readonly strictRule: PasswordConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends a link to whoever has this address. The same answer and the same work for an address that nobody has:
   * the account is looked up when the mail is sent.
   * @throws AppError INVALID_INPUT for what is no address; SERVICE_UNAVAILABLE
   */
  async request(email: string, context: RequestContext): Promise<void> {
    const values = valuesOf({ email: parseEmail(email) });
    const locale = localeFrom(requestedLocale(context.acceptLanguage));
    await this.database.unitOfWork((em) =>
      this.proofs.mails.toAddress(em, 'password_reset', values.email, locale),
    );
  }

  /**
   * Sets a new password by the rule of its surface. Ends every session and every pending change of email: whoever else was in is out. The mailbox is proven, so the
   * address counts as verified.
   * @throws AppError INVALID_INPUT for a password that breaks the rule (the token stays good); INVALID_RESET_TOKEN: wrong,
   * used or expired; SERVICE_UNAVAILABLE
   */
  async reset(
    token: string,
    newPassword: string,
    { surface }: Pick<RequestContext, 'surface'>,
  ): Promise<void> {
    const rule = passwordRuleOf(surface, this.strictRule);
    const values = valuesOf({ newPassword: parseNewPassword(newPassword, rule, 'newPassword') });
    // Looked up first, so that a guess costs no hash; what counts is the look inside the transaction.
    if (!(await this.isLive(token))) throw new AppError('INVALID_RESET_TOKEN');
    const hashedPassword = await this.hasher.hash(values.newPassword);
    await this.database.unitOfWork((em) => this.#redeem(em, token, hashedPassword));
  }

  /** Whether the link would be taken now, for a page that asks for the new password. */
  async isLive(token: string): Promise<boolean> {
    return this.database.read(
      async (em) => (await this.proofs.tokens.ownerOfLink(em, 'reset_password', token)) !== undefined,
    );
  }

  /** Makes the link of a queued mail; null when nobody is to get it. For the mail worker. */
  async prepareLink({ email }: MailPayload, queuedAt: Date): Promise<MailContent | null> {
    return this.database.unitOfWork(async (em) => {
      const user = await findUserByIdentifier(em, { kind: 'email', key: emailKey(String(email)) });
      if (!user || user.email === null || !mayReset(user)) return null;
      // Asked for before the last reset, so it must not open a way behind it.
      const lastReset = await this.proofs.tokens.lastUse(em, user.id, 'reset_password');
      if (lastReset && lastReset > queuedAt) return null;
      const ttlSeconds = this.proofs.config.resetTtlSeconds;
      const token = await this.proofs.tokens.issueLinkToken(em, user.id, 'reset_password', ttlSeconds);
      const link = this.proofs.links.resetPassword(token);
      const values = { name: nameOf(user), link, minutes: Math.ceil(ttlSeconds / 60) };
      return { to: user.email, locale: user.locale ?? '', values };
    });
  }

  async #redeem(em: SqlEntityManager, token: string, hashedPassword: string): Promise<void> {
    const userId = await this.proofs.tokens.redeemLink(em, 'reset_password', token);
    const user = userId === undefined ? null : await em.findOne(User, userId);
    if (!user || !mayReset(user)) throw new AppError('INVALID_RESET_TOKEN');
    const isNew = markEmailVerified(user, this.clock.now());
    Object.assign(user, { hashedPassword, pendingEmail: null });
    await this.proofs.tokens.revoke(em, user.id, 'verify_email', 'change_email');
    await this.sessions.endAllOf(em, user.id);
    await this.proofs.mails.passwordChanged(em, user);
    if (isNew) await this.proofs.mails.welcome(em, user);
  }
}

/** A disabled account gets no new way in. */
function mayReset(user: User): boolean {
  return user.isActive || user.awaitsVerification;
}
