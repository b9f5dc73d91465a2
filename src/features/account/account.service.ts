import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig, VerificationConfig } from '../../config';
import { AppError, invalidInput } from '../../errors';
import type { IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseIdentifier, usernameKey } from '../../foundation/identifiers';
import { parseUserId } from '../../foundation/ids';
import { accepted, valuesOf } from '../../foundation/parsed';
import type { RequestContext, Surface, Viewer } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import type { RecentReads } from '../../infrastructure/database/recent-reads';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import { parseName, parseUsernameOf, readRegistration, type Registration } from './account.rules';
import { requestedLocale } from '../../infrastructure/mail/locales';
import type { AccountMails } from './account-mails';
import type { Credentials } from './credentials.service';
import { User } from './user.entity';
import { findUserByIdentifier, isUsername } from './user.queries';

/** What an account needs of sessions; the session slice provides it. */
export interface AccountSessions {
  /** Opens a session inside the caller's transaction. */
  open(em: SqlEntityManager, user: User, context: RequestContext): Promise<IssuedTokens>;
}

export interface Registered {
  readonly user: User;
  /** Null while the address has to be verified first, and where registration signs nobody in. */
  readonly tokens: IssuedTokens | null;
}

/** An absent field stays as it is; null clears it. */
export interface ProfileChange {
  readonly username?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly fullName?: string | null | undefined;
}

/** The other surfaces answer no token, and a session that nobody holds would only stand in the list of sessions. */
const SIGNING_IN_AT_REGISTRATION: ReadonlySet<Surface> = new Set(['graphql', 'credit']);

export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly users: RecentReads<number, User>,
    private readonly hasher: PasswordHasher,
    private readonly credentials: Credentials,
    private readonly sessions: AccountSessions,
    private readonly mails: AccountMails,
    private readonly passwordRule: PasswordConfig,
    private readonly verification: VerificationConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates an account by the rules of the surface it came in through and signs it in, or sends it a verification code
   * where that is required first.
   * @throws AppError INVALID_INPUT; USER_ALREADY_EXISTS, also when two register one address at the same moment;
   * SERVICE_UNAVAILABLE
   */
  async register(input: Registration, context: RequestContext): Promise<Registered> {
    const { password, ...values } = readRegistration(input, context.surface, this.passwordRule);
    const requireVerification = this.#requiresVerification(values, context);
    this.database.assertAvailable();
    const hashedPassword = await this.hasher.hash(password);
    const now = this.clock.now();
    return refusingDuplicates(() =>
      this.database.unitOfWork(async (em) => {
        if (values.email !== null && (await isUsername(em, values.email))) {
          throw new AppError('USER_ALREADY_EXISTS');
        }
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
        const signsIn = SIGNING_IN_AT_REGISTRATION.has(context.surface);
        return { user, tokens: signsIn ? await this.sessions.open(em, user, context) : null };
      }),
    );
  }

  /** @throws AppError INVALID_TOKEN when the account was deleted meanwhile */
  async me(viewer: Viewer): Promise<User> {
    const user = await this.users.get(viewer.userId);
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
      if (username != null) return findByName(em, username);
      const userId = parseUserId(id ?? '');
      return userId === undefined ? Promise.resolve(null) : em.findOne(User, userId);
    });
    if (!user) throw new AppError('USER_NOT_FOUND');
    return user;
  }

  /** @throws AppError INVALID_INPUT, also for clearing the last remaining identifier; USER_ALREADY_EXISTS */
  async updateProfile(
    viewer: Viewer,
    change: ProfileChange,
    { surface }: Pick<RequestContext, 'surface'>,
  ): Promise<User> {
    const values = valuesOf({
      ...(change.username !== undefined && {
        username: change.username === null ? accepted(null) : parseUsernameOf(surface, change.username),
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
    await this.#delete(await this.credentials.confirm(viewer.userId, password));
  }

  /**
   * Deletes an account by its name and password; with `viewer`, that one's account only.
   * @throws AppError INVALID_CREDENTIALS, also for somebody else's account; as `Credentials.authenticate`
   */
  async deleteByPassword(
    name: string,
    password: string,
    viewer: Viewer | undefined,
    context: RequestContext,
  ): Promise<void> {
    const { identifier } = valuesOf({ identifier: parseIdentifier(name) });
    const user = await this.credentials.authenticate(identifier, password, context);
    if (viewer && viewer.userId !== user.id) throw new AppError('INVALID_CREDENTIALS');
    await this.#delete(user);
  }

  /** An account without an address has nothing to verify. */
  #requiresVerification({ email }: Pick<User, 'email'>, { surface }: RequestContext): boolean {
    return email !== null && (this.verification.required || surface === 'balance-hub');
  }

  async #delete(user: User): Promise<void> {
    await this.database.unitOfWork((em) => em.nativeDelete(User, { id: user.id }));
  }

  async #findOneself(viewer: Viewer, id?: string | null, username?: string | null): Promise<User> {
    const oneself = await this.me(viewer);
    const asked = username == null ? parseUserId(id ?? '') === oneself.id : isNameOf(username, oneself);
    if (!asked) throw new AppError('FORBIDDEN');
    return oneself;
  }
}

async function findByName(em: SqlEntityManager, name: string): Promise<User | null> {
  const identifier = parseIdentifier(name);
  return identifier.ok ? findUserByIdentifier(em, identifier.value) : null;
}

/** An account without a username goes by its email address. */
function isNameOf(name: string, { username, email }: User): boolean {
  if (username !== null && usernameKey(name) === usernameKey(username)) return true;
  return email !== null && emailKey(name) === emailKey(email);
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
