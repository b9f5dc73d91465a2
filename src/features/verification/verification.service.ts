import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import type { MailContent, MailPayload } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import { localeFrom, requestedLocale } from '../../infrastructure/mail/locales';
import type { RateLimiter } from '../../infrastructure/rate-limit/rate-limiter';
import { findUserByIdentifier, markEmailVerified, nameOf, User, type MailboxProofs } from '../account';

/** Proves by a six-digit code that the owner of an account receives mail at its address. */
export class VerificationService {
  constructor(
    private readonly database: Database,
    private readonly proofs: MailboxProofs,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * An account that waited for this becomes active, and can sign in.
   * @param userId undefined for a text that cannot be an id
   * @throws AppError INVALID_VERIFICATION_CODE: wrong, used, expired or tried too often; SERVICE_UNAVAILABLE
   */
  async verify(userId: number | undefined, code: string): Promise<User> {
    const user = await this.database.unitOfWork(async (em) => {
      if (userId === undefined || !(await this.proofs.tokens.redeemCode(em, userId, code.trim())))
        return null;
      const owner = await em.findOneOrFail(User, userId);
      if (markEmailVerified(owner, this.clock.now())) await this.proofs.mails.welcome(em, owner);
      return owner;
    });
    // Thrown outside the transaction, so that the wrong try stays counted.
    if (!user) throw new AppError('INVALID_VERIFICATION_CODE');
    return user;
  }

  /**
   * Sends a new code to whoever has this address and has not verified it. The same answer and the same work for an
   * address that nobody has: the account is looked up when the mail is sent.
   * @throws AppError INVALID_INPUT for what is no address; SERVICE_UNAVAILABLE
   */
  async resend(email: string, context: RequestContext): Promise<void> {
    const values = valuesOf({ email: parseEmail(email) });
    const locale = localeFrom(requestedLocale(context.acceptLanguage));
    await this.database.unitOfWork((em) =>
      this.proofs.mails.toAddress(em, 'verification_code', values.email, locale),
    );
  }

  /**
   * The same by user id. It counts by the account's address, as `resend` does, so that one owner gets no more mails by
   * being named in two ways.
   * @throws AppError USER_NOT_FOUND; RATE_LIMITED; SERVICE_UNAVAILABLE
   */
  async resendTo(userId: number, context: RequestContext): Promise<User> {
    const user = await this.database.read((em) => em.findOne(User, userId));
    if (!user) throw new AppError('USER_NOT_FOUND');
    const account = user.email ?? String(user.id);
    await this.limiter.consume('resend', context.surface, context, { account });
    await this.database.unitOfWork((em) => this.proofs.mails.verificationCode(em, user));
    return user;
  }

  /** Makes the code of a queued mail; null when it has become pointless. For the mail worker. */
  async prepareCode(payload: MailPayload): Promise<MailContent | null> {
    return this.database.unitOfWork(async (em) => {
      const user = await addresseeOf(em, payload);
      const mayVerify = user && !user.isEmailVerified && (user.isActive || user.awaitsVerification);
      if (!mayVerify || user.email === null) return null;
      const code = await this.proofs.tokens.issueCode(em, user.id, this.proofs.config.codeTtlSeconds);
      const link = this.proofs.links.verifyEmail(user.id, code);
      const minutes = Math.ceil(this.proofs.config.codeTtlSeconds / 60);
      const values = { name: nameOf(user), code, link, minutes };
      return { to: user.email, locale: user.locale ?? '', values };
    });
  }
}

function addresseeOf(em: SqlEntityManager, { userId, email }: MailPayload): Promise<User | null> {
  return userId === undefined
    ? findUserByIdentifier(em, { kind: 'email', key: emailKey(String(email)) })
    : em.findOne(User, Number(userId));
}
