import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestContext } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import type { Logger } from '../../infrastructure/telemetry/logger';
import { AppError } from '../../errors';
import type { Identifier } from '../../foundation/identifiers';
import type { Database } from '../../infrastructure/database/database';
import type { DeviceNotes } from '../../infrastructure/crypto/device-notes';
import { hashOwner } from '../../infrastructure/crypto/hash-owner';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { LoginAttempt, LoginGuard } from '../../infrastructure/rate-limit/login-guard';
import type { SettleTry } from '../../infrastructure/rate-limit/pending-tries';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { accountKey, type RateLimiter } from '../../infrastructure/rate-limit/rate-limiter';
import { canBePassword, findUserByIdentifier, User, type WritableUser } from '../identity';
import type { RecentAddresses } from './recent-addresses';

export interface CredentialsParts {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly limiter: RateLimiter;
  readonly guard: LoginGuard;
  readonly devices: DeviceNotes;
  readonly addresses: RecentAddresses;
  readonly events: SecurityEvents;
  readonly logger: Logger;
}

/**
 * Proves who somebody is by password, at the same cost whether the account exists or not. Nobody else compares passwords,
 * and every comparison is a try at `login`, whatever it is asked for.
 */
export class Credentials {
  constructor(private readonly parts: CredentialsParts) {}

  /**
   * The user whose password this is. A hash of another cost than the configured one is renewed on the way.
   *
   * @throws AppError INVALID_CREDENTIALS for a wrong identifier or password; ACCOUNT_DISABLED and
   * EMAIL_NOT_VERIFIED only once the password is proven; RATE_LIMITED after too many tries or failures;
   * SERVICE_UNAVAILABLE when too many passwords wait to be hashed
   */
  async authenticate(identifier: Identifier, password: string, caller: RequestContext): Promise<User> {
    let tried: User | null = null;
    try {
      return await this.#authenticate(identifier, password, caller, (user) => (tried = user));
    } catch (error) {
      this.#reportFailure(identifier, tried, error);
      throw error;
    }
  }

  async #authenticate(
    identifier: Identifier,
    password: string,
    caller: RequestContext,
    onFound: (user: User | null) => void,
  ): Promise<User> {
    const { devices, hasher } = this.parts;
    const owner = hashOwner(caller);
    const { user, attempt } = await this.#prove(identifier, password, caller, onFound);
    if (attempt.device === undefined) caller.device.remember(devices.issue(user.id));
    if (!user.isActive) {
      throw new AppError(user.awaitsVerification ? 'EMAIL_NOT_VERIFIED' : 'ACCOUNT_DISABLED');
    }
    if (hasher.needsRehash(user.hashedPassword)) await this.#renewHash(user, password, owner);
    return user;
  }

  /** Whose password it is. The guard hears of it in either case, for others may wait to know. */
  async #prove(
    identifier: Identifier,
    password: string,
    caller: RequestContext,
    onFound: (user: User | null) => void,
  ): Promise<{ user: User; attempt: LoginAttempt }> {
    const { database, guard } = this.parts;
    let settle: SettleTry = () => undefined;
    let hasSucceeded = false;
    try {
      const { user, attempt, matches } = await this.#compare(
        password,
        hashOwner(caller),
        caller,
        async () => {
          const found = await database.read((em) => findUserByIdentifier(em, identifier));
          onFound(found);
          const tried = this.#attemptOf(identifier, found, caller);
          settle = await guard.admit(caller, tried);
          return { user: found, attempt: tried };
        },
      );
      if (!user || !matches) throw new AppError('INVALID_CREDENTIALS');
      await guard.succeeded(caller, attempt);
      hasSucceeded = true;
      return { user, attempt };
    } finally {
      settle(hasSucceeded);
    }
  }

  /**
   * The signed-in user, after proving the current password once more.
   * @throws AppError INVALID_TOKEN when the account is gone; INVALID_CREDENTIALS; RATE_LIMITED after too many tries or
   * failures; SERVICE_UNAVAILABLE when too many passwords wait to be hashed
   */
  async confirm(viewer: SessionViewer, password: string, caller: RequestContext): Promise<User> {
    const { database, events, guard } = this.parts;
    const { user, matches } = await this.#compare(password, hashOwner(caller, viewer), caller, async () => {
      await guard.admitConfirmation(viewer);
      const found = await database.read((em) => em.findOne(User, viewer.userId));
      if (!found) throw new AppError('INVALID_TOKEN');
      return { user: found };
    });
    if (!matches) {
      events.report({ kind: 'confirmation.failed', userId: viewer.userId, reason: 'invalid_credentials' });
      throw new AppError('INVALID_CREDENTIALS', { message: 'Current password is incorrect' });
    }
    await guard.confirmed(viewer);
    return user;
  }

  /** One try. Whoever has none left, or finds no place to hash, is told so before `find` looks anything up. */
  async #compare<Found extends { readonly user: User | null }>(
    password: string,
    owner: string,
    caller: RequestContext,
    find: () => Promise<Found>,
  ): Promise<Found & { readonly matches: boolean }> {
    const { hasher, limiter } = this.parts;
    await limiter.consume('login', caller.surface, caller);
    let found: Found;
    const place = hasher.reserve(owner);
    try {
      // In a rush, all have asked for their places before the first account is looked up.
      await nextTurn();
      found = await find();
    } finally {
      place.release();
    }
    const isPossible = canBePassword(password);
    // Compared even when it cannot match, so that a stranger learns nothing from the time it takes.
    const hash = found.user?.hashedPassword ?? null;
    const fits = await hasher.verify(isPossible ? password : '', hash, owner);
    return { ...found, matches: isPossible && fits };
  }

  /** Not whom was tried to be, which may be a password in the wrong field: a hash tells tries at one name together. */
  #reportFailure({ kind, key }: Identifier, user: User | null, error: unknown): void {
    const reason = (error instanceof AppError ? error.code : 'INTERNAL_ERROR').toLowerCase();
    const account = accountKey(`${kind}:${key}`);
    this.parts.events.report({ kind: 'login.failed', userId: user?.id, account, reason });
  }

  #attemptOf(identifier: Identifier, user: User | null, caller: RequestContext): LoginAttempt {
    // No account has the id 0: a stranger's unknown name costs the same look-ups as a known one.
    const userId = user?.id ?? 0;
    const { addresses, devices } = this.parts;
    return {
      account: `${identifier.kind}:${identifier.key}`,
      device: devices.deviceOf(caller.device.recall(), userId),
      isKnownAddress: () => addresses.has(userId, caller.ipAddress),
    };
  }

  async #renewHash(user: User, password: string, owner: string): Promise<void> {
    const { database, hasher, logger } = this.parts;
    try {
      const renewed = await hasher.hash(password, owner);
      await database.unitOfWork((em) =>
        em.nativeUpdate(
          User,
          { id: user.id, hashedPassword: user.hashedPassword },
          { hashedPassword: renewed },
        ),
      );
      // The same password, hashed otherwise: nothing that anybody would have to be told.
      (user as WritableUser).hashedPassword = renewed;
    } catch (error) {
      // The old hash still works, and the next login tries again.
      logger.warn({ error, user_id: user.id }, 'password_hash_not_renewed');
    }
  }
}
