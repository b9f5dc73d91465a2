import type { Logger } from '../../infrastructure/telemetry/logger';
import { AppError } from '../../errors';
import type { Identifier } from '../../foundation/identifiers';
import type { Database } from '../../infrastructure/database/database';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import { canBePassword } from './password.rules';
import { findUserByIdentifier } from './user.queries';
import { User } from './user.entity';

/** Proves who somebody is by password, at the same cost whether the account exists or not. */
export class Credentials {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly logger: Logger,
  ) {}

  /**
   * The user whose password this is. A hash of another cost than the configured one is renewed on the way.
   *
   * @throws AppError INVALID_CREDENTIALS for a wrong identifier or password; ACCOUNT_DISABLED and
   * EMAIL_NOT_VERIFIED only once the password is proven; SERVICE_UNAVAILABLE when too many passwords wait to be hashed
   */
  async authenticate(identifier: Identifier, password: string): Promise<User> {
    const user = await this.database.read((em) => findUserByIdentifier(em, identifier));
    const proven = await this.#matches(user, password);
    if (!user || !proven) throw new AppError('INVALID_CREDENTIALS');
    if (!user.isActive) {
      throw new AppError(user.awaitsVerification ? 'EMAIL_NOT_VERIFIED' : 'ACCOUNT_DISABLED');
    }
    if (this.hasher.needsRehash(user.hashedPassword)) await this.#renewHash(user, password);
    return user;
  }

  /**
   * The signed-in user, after proving the current password once more.
   * @throws AppError INVALID_TOKEN when the account is gone; INVALID_CREDENTIALS
   */
  async confirm(userId: number, password: string): Promise<User> {
    const user = await this.database.read((em) => em.findOne(User, userId));
    if (!user) throw new AppError('INVALID_TOKEN');
    if (!(await this.#matches(user, password))) {
      throw new AppError('INVALID_CREDENTIALS', { message: 'Current password is incorrect' });
    }
    return user;
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
