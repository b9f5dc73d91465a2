import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig, VerificationConfig } from '../../config';
import { AppError, invalidInput } from '../../errors';
import type { IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { parseEmail, parseUsername, usernameKey } from '../../foundation/identifiers';
import { parseUserId } from '../../foundation/ids';
import { accepted, valuesOf } from '../../foundation/parsed';
import type { RequestContext, Viewer } from '../../foundation/request-context';
import { isCleanText } from '../../foundation/text';
import type { Database } from '../../infrastructure/database/database';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import { requestedLocale } from '../../infrastructure/mail/locales';
import type { AccountMails } from './account-mails';
import { parseName, parseNewPassword } from './account.rules';
import type { Credentials } from './credentials.service';
import { User } from './user.entity';
import { findUserById, findUserByIdentifier } from './user.queries';

/** What an account needs of sessions; the session slice provides it. */
export interface AccountSessions {
  /** Opens a session inside the caller's transaction. */
  open(em: SqlEntityManager, user: User, context: RequestContext): Promise<IssuedTokens>;
  /** Makes every session of a user who is gone stop at once on this node. */
  forget(userId: number): void;
}

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

/** What the families of clients do differently; what is absent is as in GraphQL. */
export interface RegistrationTerms {
  /** The account stays inactive, and gets no tokens, until its address is verified. */
  readonly requireVerification?: boolean;
  readonly passwordRule?: PasswordConfig;
}

export interface Registered {
  readonly user: User;
  /** Null while the address has to be verified first. */
  readonly tokens: IssuedTokens | null;
}

/** An absent field stays as it is; null clears it. */
export interface ProfileChange {
  readonly username?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly fullName?: string | null | undefined;
}

export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly credentials: Credentials,
    private readonly sessions: AccountSessions,
    private readonly mails: AccountMails,
    private readonly passwordRule: PasswordConfig,
    private readonly verification: VerificationConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates an account and signs it in, or sends it a verification code where that is required first.
   * @throws AppError INVALID_INPUT; USER_ALREADY_EXISTS, also when two register one address at the same moment;
   * SERVICE_UNAVAILABLE
   */
  async register(
    input: Registration,
    context: RequestContext,
    terms: RegistrationTerms = {},
  ): Promise<Registered> {
    const { requireVerification = this.verification.required, passwordRule = this.passwordRule } = terms;
    const { password, ...values } = valuesOf({
      email: parseEmail(input.email),
      password: parseNewPassword(input.password, passwordRule),
      username: input.username == null ? accepted(null) : parseUsername(input.username),
      firstName: parseName(input.firstName, 'firstName'),
      lastName: parseName(input.lastName, 'lastName'),
    });
    this.database.assertAvailable();
    const hashedPassword = await this.hasher.hash(password);
    const now = this.clock.now();
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const user = em.create(User, {
          ...values,
          hashedPassword,
          createdAt: now,
          updatedAt: now,
          locale: requestedLocale(context.acceptLanguage) ?? null,
          isActive: !requireVerification,
          awaitsVerification: requireVerification,
          lastLoginAt: requireVerification ? null : now,
        });
        await em.persist(user).flush();
        if (requireVerification) {
          await this.mails.verificationCode(em, user);
          return { user, tokens: null };
        }
        await this.mails.welcome(em, user);
        return { user, tokens: await this.sessions.open(em, user, context) };
      }),
    );
  }

  /** @throws AppError INVALID_TOKEN when the account was deleted meanwhile */
  async me(viewer: Viewer): Promise<User> {
    const user = await this.database.read((em) => findUserById(em, viewer.userId));
    if (!user) throw new AppError('INVALID_TOKEN');
    return user;
  }

  /**
   * Oneself, or anyone for an administrator.
   * @throws AppError INVALID_INPUT unless exactly one selector is given; FORBIDDEN for others, known or not;
   * USER_NOT_FOUND (administrators only)
   */
  async find(viewer: Viewer, selector: { id?: string | null; username?: string | null }): Promise<User> {
    const { id, username } = selector;
    if ((id == null) === (username == null)) {
      throw invalidInput({ field: 'id', message: 'must be given, or username, but not both' });
    }
    if (viewer.role !== 'admin') return this.#findOneself(viewer, id, username);
    const user = await this.database.read((em) => {
      if (username != null) {
        // What cannot be stored cannot be found, and the database chokes on a NUL.
        if (!isCleanText(username)) return Promise.resolve(null);
        return findUserByIdentifier(em, { kind: 'username', key: usernameKey(username) });
      }
      const userId = parseUserId(id ?? '');
      return userId === undefined ? Promise.resolve(null) : em.findOne(User, userId);
    });
    if (!user) throw new AppError('USER_NOT_FOUND');
    return user;
  }

  /** @throws AppError INVALID_INPUT, also for clearing the last remaining identifier; USER_ALREADY_EXISTS */
  async updateProfile(viewer: Viewer, change: ProfileChange): Promise<User> {
    const values = valuesOf({
      ...(change.username !== undefined && {
        username: change.username === null ? accepted(null) : parseUsername(change.username),
      }),
      ...(change.firstName !== undefined && { firstName: parseName(change.firstName, 'firstName') }),
      ...(change.lastName !== undefined && { lastName: parseName(change.lastName, 'lastName') }),
      ...(change.fullName !== undefined && { fullName: parseName(change.fullName, 'fullName') }),
    });
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        const user = await em.findOne(User, viewer.userId);
        if (!user) throw new AppError('INVALID_TOKEN');
        if (values.username === null && user.email === null) {
          throw invalidInput({
            field: 'username',
            message: 'cannot be cleared: the account has no email address',
          });
        }
        em.assign(user, { ...values, updatedAt: this.clock.now() });
        await em.flush();
        return user;
      }),
    );
  }

  /** Deletes the account with all that belongs to it. @throws AppError INVALID_CREDENTIALS */
  async deleteAccount(viewer: Viewer, password: string): Promise<void> {
    const user = await this.credentials.confirm(viewer.userId, password);
    await this.database.unitOfWork((em) => em.nativeDelete(User, { id: user.id }));
    this.sessions.forget(user.id);
  }

  async #findOneself(viewer: Viewer, id?: string | null, username?: string | null): Promise<User> {
    const oneself = await this.me(viewer);
    const asked =
      username == null
        ? parseUserId(id ?? '') === oneself.id
        : oneself.username !== null && usernameKey(username) === usernameKey(oneself.username);
    if (!asked) throw new AppError('FORBIDDEN');
    return oneself;
  }
}

/** The database's unique index decides who was first; a look before the insert could not. */
export async function refusingDuplicates<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UniqueConstraintViolationException)
      throw new AppError('USER_ALREADY_EXISTS', { cause });
    throw cause;
  }
}
