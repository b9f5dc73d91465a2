import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestContext } from '../../foundation/request-context';
import type { Logger } from '../../infrastructure/telemetry/logger';
import { AppError } from '../../errors';
import type { Identifier } from '../../foundation/identifiers';
import type { Database } from '../../infrastructure/database/database';
import type { DeviceNotes } from '../../infrastructure/crypto/device-notes';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { LoginAttempt, LoginGuard } from '../../infrastructure/rate-limit/login-guard';
import { canBePassword } from './password.rules';
import { findUserByIdentifier } from './user.queries';
import { User } from './user.entity';

/** What a login needs to tell an owner from strangers; the session slice provides it. */
export interface KnownAddresses {
  has(userId: number, ipAddress: string): Promise<boolean>;
}

/** Proves who somebody is by password, at the same cost whether the account exists or not. */
export class Credentials {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly guard: LoginGuard,
    private readonly devices: DeviceNotes,
    private readonly addresses: KnownAddresses,
    private readonly logger: Logger,
  ) {}

  /**
   * The user whose password this is. A hash of another cost than the configured one is renewed on the way.
   *
   * @throws AppError INVALID_CREDENTIALS for a wrong identifier or password; ACCOUNT_DISABLED and
   * EMAIL_NOT_VERIFIED only once the password is proven; RATE_LIMITED after too many failures; SERVICE_UNAVAILABLE
   * when too many passwords wait to be hashed
   */
  async authenticate(identifier: Identifier, password: string, caller: RequestContext): Promise<User> {
    let user: User | null;
    let attempt: LoginAttempt;
    const place = this.hasher.reserve();
    try {
      // In a rush, whoever finds no place any more is told so before the first account is looked up.
      await nextTurn();
      user = await this.database.read((em) => findUserByIdentifier(em, identifier));
      attempt = this.#attemptOf(identifier, user, caller);
      await this.guard.admit(caller, attempt);
    } finally {
      place.release();
    }
    const proven = await this.#matches(user, password);
    if (!user || !proven) throw new AppError('INVALID_CREDENTIALS');
    await this.guard.succeeded(caller, attempt);
    if (attempt.device === undefined) caller.device.remember(this.devices.issue(user.id));
    if (!user.isActive) {
      throw new AppError(user.awaitsVerification ? 'EMAIL_NOT_VERIFIED' : 'ACCOUNT_DISABLED');
    }
    if (this.hasher.needsRehash(user.hashedPassword)) await this.#renewHash(user, password);
    return user;
  }

  /**
   * The signed-in user, after proving the current password once more.
   * @throws AppError INVALID_TOKEN when the account is gone; INVALID_CREDENTIALS; RATE_LIMITED after too many failures
   */
  async confirm(userId: number, password: string): Promise<User> {
    const user = await this.database.read((em) => em.findOne(User, userId));
    if (!user) throw new AppError('INVALID_TOKEN');
    await this.guard.admitConfirmation(user.id);
    if (!(await this.#matches(user, password))) {
      throw new AppError('INVALID_CREDENTIALS', { message: 'Current password is incorrect' });
    }
    await this.guard.confirmed(user.id);
    return user;
  }

  #attemptOf(identifier: Identifier, user: User | null, caller: RequestContext): LoginAttempt {
    // No account has the id 0: a stranger's unknown name costs the same look-ups as a known one.
    const userId = user?.id ?? 0;
    return {
      account: `${identifier.kind}:${identifier.key}`,
      device: this.devices.deviceOf(caller.device.recall(), userId),
      isKnownAddress: () => this.addresses.has(userId, caller.ipAddress),
    };
  }

  async #matches(user: User | null, password: string): Promise<boolean> {
    const possible = canBePassword(password);
    // Compared even when it cannot match, so that a stranger learns nothing from the time it takes.
    const matches = await this.hasher.verify(possible ? password : '', user?.hashedPassword ?? null);
    return possible && matches;
  }

  async #renewHash(user: User, password: string): Promise<void> {
    try {
      const renewed = await this.hasher.hash(password);
      await this.database.unitOfWork((em) =>
        em.nativeUpdate(
          User,
          { id: user.id, hashedPassword: user.hashedPassword },
          { hashedPassword: renewed },
        ),
      );
      user.hashedPassword = renewed;
    } catch (error) {
      // The old hash still works, and the next login tries again.
      this.logger.warn({ error, user_id: user.id }, 'password_hash_not_renewed');
    }
  }
}
