import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig, VerificationConfig } from '../../config';
import { AppError, invalidInput } from '../../errors';
import type { IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseIdentifier, usernameKey } from '../../foundation/identifiers';
import { parseUserId } from '../../foundation/ids';
import { accepted, valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { Viewer } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import { hashOwner } from '../../infrastructure/crypto/hash-owner';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { parseName, parseUsernameOf, readRegistration, type Registration } from './account.rules';
import { requestedLocale } from '../../infrastructure/mail/locales';
import { findUserByIdentifier, isEmailTaken, refusingDuplicates, User, type UserProfile } from '../identity';
import type {
  AccountChanges,
  Credentials,
  ProvenPassword,
  SessionRegistry,
  SessionService,
} from '../sign-in';

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

export interface AccountParts {
  readonly database: Database;
  readonly registry: Pick<SessionRegistry, 'profileOf'>;
  readonly hasher: PasswordHasher;
  readonly credentials: Credentials;
  readonly sessions: Pick<SessionService, 'open'>;
  readonly changes: AccountChanges;
  readonly events: SecurityEvents;
  readonly passwordRule: PasswordConfig;
  readonly verification: VerificationConfig;
  readonly clock: Clock;
}

export class AccountService {
  constructor(private readonly parts: AccountParts) {}

  /**
   * Creates an account by the rules of the surface it came in through and signs it in, or sends it a verification code
   * where that is required first.
   * @throws AppError INVALID_INPUT; USER_ALREADY_EXISTS, also when two register one address at the same moment;
   * SERVICE_UNAVAILABLE
   */
  async register(input: Registration, context: RequestContext): Promise<Registered> {
    return this.parts.events.reportingFailure('registration.failed', () => this.#register(input, context));
  }

  async #register(input: Registration, context: RequestContext): Promise<Registered> {
    const { password, ...values } = readRegistration(input, context.surface, this.parts.passwordRule);
    const requireVerification = this.#requiresVerification(values, context);
    this.parts.database.assertAvailable();
    const hashedPassword = await this.parts.hasher.hash(password, hashOwner(context));
    const now = this.parts.clock.now();
    return refusingDuplicates(() =>
      this.parts.database.unitOfWork(async (em) => {
        if (values.email !== null && (await isEmailTaken(em, values.email, now))) {
          throw new AppError('USER_ALREADY_EXISTS');
        }
        const account = {
          ...values,
          hashedPassword,
          locale: requestedLocale(context.acceptLanguage) ?? null,
          isActive: !requireVerification,
          awaitsVerification: requireVerification,
          registeredFrom: context.ipAddress,
          lastLoginAt: requireVerification ? null : now,
        };
        const user = await this.parts.changes.create(em, account, (created) => ({
          kind: 'account.registered',
          user: created,
          awaitsVerification: requireVerification,
        }));
        const signsIn = !requireVerification && context.surface.registrationSignsIn;
        return { user, tokens: signsIn ? await this.parts.sessions.open(em, user, context) : null };
      }),
    );
  }

  /** @throws AppError INVALID_TOKEN when the session ended meanwhile */
  async me(viewer: Viewer): Promise<UserProfile> {
    return this.parts.registry.profileOf(viewer);
  }

  /**
   * Oneself, or anyone for who may read users.
   * @throws AppError INVALID_INPUT unless exactly one selector is given; FORBIDDEN for others, known or not;
   * USER_NOT_FOUND (administrators only)
   */
  async find(
    viewer: Viewer,
    selector: { id?: string | null; username?: string | null },
  ): Promise<UserProfile> {
    const { id, username } = selector;
    if ((id == null) === (username == null)) {
      throw invalidInput({ field: 'id', message: 'must be given, or username, but not both' });
    }
    if (!viewer.can('users:read')) return this.#findOneself(viewer, id, username);
    const user = await this.parts.database.read((em) => {
      if (username != null) return findByName(em, username);
      const userId = parseUserId(id ?? '');
      return userId === undefined ? Promise.resolve(null) : em.findOne(User, userId);
    });
    if (!user) throw new AppError('USER_NOT_FOUND');
    return user;
  }

  /**
   * Changes names. The owner is told of another username by mail, because it is what people sign in with.
   * @throws AppError INVALID_INPUT, also for clearing the last remaining identifier; USER_ALREADY_EXISTS
   */
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
      this.parts.database.unitOfWork(async (em) => {
        const user = await this.parts.changes.lock(em, viewer.userId);
        if (!user) throw new AppError('INVALID_TOKEN');
        if (values.username === null && user.email === null) {
          throw invalidInput({
            field: 'username',
            message: 'cannot be cleared: the account has no email address',
          });
        }
        await this.parts.changes.apply(em, user, (one) => {
          const before = one.username;
          Object.assign(one, values);
          return one.username === before
            ? { kind: 'profile.changed', user: one }
            : { kind: 'username.changed', user: one, before };
        });
        return user;
      }),
    );
  }

  /** Deletes the account with all that belongs to it. @throws AppError INVALID_CREDENTIALS; RATE_LIMITED */
  async deleteAccount(viewer: Viewer, password: string, context: RequestContext): Promise<void> {
    await this.#delete(await this.parts.credentials.confirm(viewer, password, context), viewer);
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
    const user = await this.parts.credentials.authenticate(identifier, password, context);
    if (viewer && viewer.userId !== user.id) throw new AppError('INVALID_CREDENTIALS');
    await this.#delete(user);
  }

  /** An account without an address has nothing to verify. */
  #requiresVerification({ email }: Pick<User, 'email'>, { surface }: RequestContext): boolean {
    return email !== null && (this.parts.verification.required || surface.verifiesEmail);
  }

  async #delete(proven: ProvenPassword, viewer?: Viewer): Promise<void> {
    await this.parts.database.unitOfWork(async (em) => {
      const user = await this.parts.changes.lockProven(em, proven, viewer);
      await this.parts.changes.delete(em, user, 'owner');
    });
  }

  async #findOneself(viewer: Viewer, id?: string | null, username?: string | null): Promise<UserProfile> {
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
function isNameOf(name: string, { username, email }: UserProfile): boolean {
  if (username !== null && usernameKey(name) === usernameKey(username)) return true;
  return email !== null && emailKey(name) === emailKey(email);
}
