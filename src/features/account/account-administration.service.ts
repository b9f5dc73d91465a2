import { randomInt } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { parseEmail, parseIdentifier, parseUsername } from '../../foundation/identifiers';
import { accepted, valuesOf, type Parsed } from '../../foundation/parsed';
import type { UserRole } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import { findUserByIdentifier, parseNewPassword, refusingDuplicates, User } from '../identity';
import { Session, type AccountChanges } from '../sign-in';

export interface NewAccount {
  readonly email: string;
  readonly username?: string | undefined;
  readonly role: UserRole;
  /** Undefined: one is generated. */
  readonly password?: string | undefined;
}

/** Whose hashes these are: in a process of its own there is nobody else. */
const OPERATOR = 'operator';
const LIST_PAGE_SIZE = 500;
const GENERATED_PASSWORD_MIN_LENGTH = 20;
// One of each kind that the strict rule may ask for, without letters that are easily mistaken for others.
const PASSWORD_ALPHABETS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '-_.+='];

/** What an operator does to accounts from the shell. Nobody signs in for it: whoever holds the database may. */
export class AccountAdministration {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly changes: AccountChanges,
    private readonly passwordRule: PasswordConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates an account whose email address counts as verified: the operator vouches for it.
   * @returns the account with its password, to be shown once
   * @throws AppError INVALID_INPUT; USER_ALREADY_EXISTS; SERVICE_UNAVAILABLE
   */
  async create(input: NewAccount): Promise<{ user: User; password: string }> {
    const { password, ...values } = valuesOf({
      email: parseEmail(input.email),
      username: input.username === undefined ? accepted(null) : parseUsername(input.username),
      password: this.#parsePassword(input.password),
    });
    const hashedPassword = await this.hasher.hash(password, OPERATOR);
    const account = { ...values, hashedPassword, role: input.role, isEmailVerified: true };
    const user = await refusingDuplicates(() =>
      this.database.unitOfWork((em) =>
        this.changes.create(em, account, (created) => ({
          kind: 'account.created_by_operator',
          user: created,
        })),
      ),
    );
    return { user, password };
  }

  /**
   * Gives a role. It counts from the next request on every node, because a viewer's role is read with the session.
   * @returns the account as it is now, and the role it had before
   * @throws AppError INVALID_INPUT; USER_NOT_FOUND; SERVICE_UNAVAILABLE
   */
  async setRole(identifier: string, role: UserRole): Promise<{ user: User; before: UserRole }> {
    return this.#change(identifier, async (em, user) => {
      const before = user.role;
      await this.changes.apply(em, user, (one) => {
        one.role = role;
        return { kind: 'role.changed', user: one, before, after: role };
      });
      return { user, before };
    });
  }

  /**
   * Closes an account to its owner; all its sessions end with it.
   * @throws AppError INVALID_INPUT; USER_NOT_FOUND; SERVICE_UNAVAILABLE
   */
  async disable(identifier: string): Promise<{ user: User; endedSessions: number }> {
    return this.#change(identifier, async (em, user) => {
      const endedSessions = await this.changes.apply(em, user, (one) => {
        // Not waiting either: otherwise the code from the mail would open it again.
        one.isActive = false;
        one.awaitsVerification = false;
        return { kind: 'account.disabled', user: one };
      });
      return { user, endedSessions };
    });
  }

  /** @throws AppError INVALID_INPUT; USER_NOT_FOUND; SERVICE_UNAVAILABLE */
  async enable(identifier: string): Promise<User> {
    return this.#change(identifier, async (em, user) => {
      await this.changes.apply(em, user, (one) => {
        one.isActive = true;
        one.awaitsVerification = false;
        return { kind: 'account.enabled', user: one };
      });
      return user;
    });
  }

  /**
   * Sets a new password by the strict rule and ends every session; the owner is told by mail.
   * @param password undefined: one is generated
   * @throws AppError INVALID_INPUT; USER_NOT_FOUND; SERVICE_UNAVAILABLE
   */
  async setPassword(
    identifier: string,
    password: string | undefined,
  ): Promise<{ user: User; password: string }> {
    const values = valuesOf({ password: this.#parsePassword(password) });
    const hashedPassword = await this.hasher.hash(values.password, OPERATOR);
    return this.#change(identifier, async (em, user) => {
      await this.changes.apply(em, user, (one) => {
        one.hashedPassword = hashedPassword;
        return { kind: 'password.set_by_operator', user: one };
      });
      return { user, password: values.password };
    });
  }

  /** Deletes an account with everything that belongs to it. @throws AppError as `enable` */
  async delete(identifier: string): Promise<User> {
    return this.#change(identifier, async (em, user) => {
      await this.changes.delete(em, user, 'operator');
      return user;
    });
  }

  /** @throws AppError INVALID_INPUT; USER_NOT_FOUND; SERVICE_UNAVAILABLE */
  async find(identifier: string): Promise<User> {
    const values = valuesOf({ identifier: parseIdentifier(identifier) });
    const user = await this.database.read((em) => findUserByIdentifier(em, values.identifier));
    if (!user) throw new AppError('USER_NOT_FOUND');
    return user;
  }

  /** The live sessions of an account, the latest used first. @throws AppError as `find` */
  async sessionsOf(identifier: string): Promise<Session[]> {
    const { id } = await this.find(identifier);
    return this.database.read((em) =>
      em.find(
        Session,
        { user: id, revokedAt: null, expiresAt: { $gt: this.clock.now() } },
        { orderBy: { lastUsedAt: 'desc', id: 'asc' } },
      ),
    );
  }

  /** Every account, the oldest first, a page at a time. */
  async *list(): AsyncGenerator<User> {
    let after = 0;
    for (;;) {
      const page = await this.database.read((em) =>
        em.find(User, { id: { $gt: after } }, { orderBy: { id: 'asc' }, limit: LIST_PAGE_SIZE }),
      );
      yield* page;
      const last = page.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  async #change<T>(identifier: string, change: (em: SqlEntityManager, user: User) => Promise<T>): Promise<T> {
    const values = valuesOf({ identifier: parseIdentifier(identifier) });
    return this.database.unitOfWork(async (em) => {
      const found = await findUserByIdentifier(em, values.identifier);
      const user = found && (await this.changes.lock(em, found.id));
      if (!user) throw new AppError('USER_NOT_FOUND');
      return change(em, user);
    });
  }

  #parsePassword(input: string | undefined): Parsed<string> {
    const { minLength } = this.passwordRule;
    return parseNewPassword(input ?? generatePassword(minLength), this.passwordRule);
  }
}

/** Meets every switch of the strict rule. */
function generatePassword(minLength: number): string {
  const length = Math.max(minLength, GENERATED_PASSWORD_MIN_LENGTH);
  const all = PASSWORD_ALPHABETS.join('');
  const letters = [
    ...PASSWORD_ALPHABETS.map(pick),
    ...Array.from({ length: length - PASSWORD_ALPHABETS.length }, () => pick(all)),
  ];
  for (let last = letters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [letters[last], letters[other]] = [letters[other] ?? '', letters[last] ?? ''];
  }
  return letters.join('');
}

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length));
}
