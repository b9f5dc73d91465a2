import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import { emailKey, parseEmail } from '../../foundation/identifiers';
import { nameInMail, type PayloadOf, type Prepared } from '../../foundation/mail';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { localeFrom, requestedLocale } from '../../infrastructure/mail/locales';
import type { RateLimiter } from '../../infrastructure/rate-limit/rate-limiter';
import {
  findUserByIdentifier,
  markEmailVerified,
  moveEmail,
  nameOf,
  User,
  type MailboxProofs,
  verificationCodeMail,
} from '../identity';
import { type AccountChanges } from '../sign-in';

/** What a page says of an account before its address is verified: whoever owns the mailbox may not have made it. */
export interface UnverifiedAccount {
  readonly name: string;
  readonly email: string;
  readonly createdAt: Date;
  /** Null for accounts made by an operator, or before this was kept. */
  readonly registeredFrom: string | null;
}

/** Six digits for people to copy; whatever is longer is the token of a link. */
const CODE_MAX_LENGTH = 10;

/** Proves by a six-digit code, or by the link in the same mail, that the owner of an account receives mail at its address. */
export class VerificationService {
  constructor(
    private readonly database: Database,
    private readonly changes: AccountChanges,
    private readonly events: SecurityEvents,
    private readonly proofs: MailboxProofs,
    private readonly limiter: RateLimiter,
  ) {}

  /**
   * An account that waited for this becomes active, and can sign in.
   * @param userId undefined for a text that cannot be an id
   * @param proof the code, or the token of the link: no wrong tries of the code can kill the link
   * @throws AppError INVALID_VERIFICATION_CODE: wrong, used, expired or tried too often; RATE_LIMITED for codes tried on
   * one account; SERVICE_UNAVAILABLE
   */
  async verify(userId: number | undefined, proof: string, context: RequestContext): Promise<User> {
    const text = proof.trim();
    const isCode = text.length <= CODE_MAX_LENGTH;
    if (isCode) await this.#countTry(userId, context);
    return this.events.reportingFailure('verification.failed', () => this.#verify(userId, text, isCode));
  }

  async #verify(userId: number | undefined, text: string, isCode: boolean): Promise<User> {
    const user = await this.database.unitOfWork(async (em) => {
      const owner = userId === undefined ? null : await this.changes.lock(em, userId);
      if (!owner || !(await this.#redeem(em, owner, text, isCode))) return null;
      await this.changes.apply(em, owner, (one) => ({
        kind: 'email.verified',
        user: one,
        activated: markEmailVerified(one),
      }));
      await this.proofs.undos.endYounger(em, owner);
      return owner;
    });
    // Thrown outside the transaction, so that the wrong try stays counted.
    if (!user) throw new AppError('INVALID_VERIFICATION_CODE');
    return user;
  }

  /** The account that the link would verify now; undefined for a link that is wrong, used or expired. */
  async accountOfLink(token: string): Promise<UnverifiedAccount | undefined> {
    return this.database.read(async (em) => {
      const userId = await this.proofs.tokens.ownerOfLink(em, 'verify_email_link', token);
      const user = userId === undefined ? null : await em.findOne(User, userId);
      if (!user?.email) return undefined;
      const { email, createdAt, registeredFrom } = user;
      return { name: user.username ?? email, email, createdAt, registeredFrom };
    });
  }

  /**
   * Whether the address of an account was verified by this very proof, for a link that is opened once more. Without the
   * proof nobody learns anything.
   * @param proof as in `verify`
   */
  async isVerifiedBy(userId: number | undefined, proof: string): Promise<boolean> {
    const text = proof.trim();
    if (userId === undefined || text === '') return false;
    return this.database.read(async (em) => {
      const isUsed =
        text.length <= CODE_MAX_LENGTH
          ? await this.proofs.tokens.isUsedCode(em, userId, text)
          : (await this.proofs.tokens.userOfUsedLink(em, 'verify_email_link', text)) === userId;
      return isUsed && (await em.findOne(User, userId))?.isEmailVerified === true;
    });
  }

  /**
   * For the owner of a mailbox who never asked for the account that was made with it: its sessions end, the account goes,
   * and the address is free. An account that only came to this address lately goes back to the one it had.
   * @throws AppError INVALID_VERIFICATION_CODE for a link that is wrong, used or expired; SERVICE_UNAVAILABLE
   */
  async disown(token: string): Promise<void> {
    await this.database.unitOfWork(async (em) => {
      const userId = await this.proofs.tokens.ownerOfLink(em, 'verify_email_link', token);
      const user = userId === undefined ? null : await this.changes.lock(em, userId);
      if (!user || !(await this.#redeem(em, user, token, false))) {
        throw new AppError('INVALID_VERIFICATION_CODE', { message: 'Invalid or expired link' });
      }
      const change = await this.proofs.undos.latestTo(em, user.id, user.email ?? '');
      // Without the address it came to, nobody could sign in to it.
      const isNameless = change?.oldEmail === null && user.username === null;
      if (!change || isNameless) {
        await this.changes.delete(em, user, 'disowned');
        return;
      }
      await this.changes.apply(em, user, (one) => {
        const rejectedEmail = one.email;
        moveEmail(one, change.oldEmail);
        one.isEmailVerified = change.wasVerified;
        return { kind: 'email.change_undone', user: one, rejectedEmail, counterUndoId: null };
      });
      await this.proofs.undos.forget(em, change);
    });
  }

  /**
   * Sends a new code to whoever has this address and has not verified it. The same answer and the same work for an
   * address that nobody has: the account is looked up when the mail is sent.
   * @throws AppError INVALID_INPUT for what is no address; RATE_LIMITED; SERVICE_UNAVAILABLE
   */
  async resend(email: string, context: RequestContext): Promise<void> {
    const values = valuesOf({ email: parseEmail(email) });
    await this.limiter.consume('resend_address', context.surface, context);
    const locale = localeFrom(requestedLocale(context.acceptLanguage));
    await this.database.unitOfWork((em) =>
      this.proofs.mails.toAddress(em, verificationCodeMail, values.email, locale),
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
    await this.limiter.consume('resend_address', context.surface, context);
    await this.limiter.consume('resend', context.surface, context, { account });
    await this.database.unitOfWork((em) => this.proofs.mails.verificationCode(em, user));
    return user;
  }

  /** Makes code and link of a queued mail; null when it has become pointless. For the mail worker. */
  async prepareCode(
    payload: PayloadOf<typeof verificationCodeMail>,
  ): Promise<Prepared<typeof verificationCodeMail>> {
    return this.database.unitOfWork(async (em) => {
      const addressee = await addresseeOf(em, payload);
      const user = addressee && (await this.changes.lock(em, addressee.id));
      if (!user?.email || user.isEmailVerified || !(user.isActive || user.awaitsVerification)) return null;
      const { codeTtlSeconds, linkKeepSeconds } = this.proofs.config;
      const order = { userId: user.id, mailedTo: user.email, ttlSeconds: codeTtlSeconds };
      const code = await this.proofs.tokens.issueCode(em, order);
      const link = { ...order, purpose: 'verify_email_link', keepForSeconds: linkKeepSeconds } as const;
      const token = await this.proofs.tokens.issueLinkToken(em, link);
      const values = {
        name: nameOf(user),
        account: nameInMail(user.username) ?? user.email,
        // Whoever gets this by mistake wants to know where it came from.
        madeAt: `${user.createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
        madeFrom: user.registeredFrom ?? '',
        code,
        link: this.proofs.links.verifyEmail(user.id, code, token),
        disownLink: this.proofs.links.disownAccount(token),
        minutes: Math.ceil(codeTtlSeconds / 60),
      };
      return { to: user.email, locale: user.locale ?? '', values };
    });
  }

  /** Codes are few enough to be guessed: a stranger's tries count for the account, and cost its owner the code, not the link. */
  async #countTry(userId: number | undefined, context: RequestContext): Promise<void> {
    const account = String(userId ?? '');
    await this.limiter.consume('verify_code', context.surface, context, { account });
  }

  #redeem(em: SqlEntityManager, user: User, text: string, isCode: boolean): Promise<boolean> {
    const owner = { user, mailbox: user.email };
    return isCode
      ? this.proofs.tokens.redeemCode(em, user, text)
      : this.proofs.tokens.redeemLink(em, 'verify_email_link', text, owner);
  }
}

function addresseeOf(
  em: SqlEntityManager,
  payload: PayloadOf<typeof verificationCodeMail>,
): Promise<User | null> {
  return 'email' in payload
    ? findUserByIdentifier(em, { kind: 'email', key: emailKey(payload.email) })
    : em.findOne(User, payload.userId);
}
