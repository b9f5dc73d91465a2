import { LockMode, type RequiredEntityData } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import type { SessionViewer } from '../../foundation/viewer';
import type {
  AccountChange,
  AccountChangeKind,
  AccountCreation,
  DeletionReason,
} from '../../foundation/security-events';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { type OneTimeTokens, type TokenPurpose, tokenPurposes, User, type WritableUser } from '../identity';
import { endSessionsOf, isLive } from './live-sessions';

/** What a change of an account ends. */
export interface Consequence {
  /** `others`: all but the one that asked for the change. */
  readonly sessions: 'none' | 'others' | 'all';
  readonly proofs: readonly TokenPurpose[];
}

const NOTHING: Consequence = { sessions: 'none', proofs: [] };
/** Links by which somebody who once knew the password, or read the mail, could take the account over. */
const WAYS_IN = ['reset_password', 'change_email'] as const;

/** The one place that says what ends with what: a kind of change without a line here does not compile. */
export const consequences: Readonly<Record<AccountChangeKind, Consequence>> = {
  'profile.changed': NOTHING,
  'username.changed': NOTHING,
  'email.verified': { sessions: 'none', proofs: ['verify_email', 'verify_email_link'] },
  'email.change_requested': { sessions: 'none', proofs: ['change_email'] },
  // What was mailed to the old address proves nothing about the new one.
  'email.changed': { sessions: 'none', proofs: tokenPurposes },
  'email.change_undone': { sessions: 'all', proofs: tokenPurposes },
  'password.changed': { sessions: 'others', proofs: WAYS_IN },
  'password.reset': { sessions: 'all', proofs: tokenPurposes },
  'password.set_by_operator': { sessions: 'all', proofs: WAYS_IN },
  // A viewer's role is read with the session at every request.
  'role.changed': NOTHING,
  'account.disabled': { sessions: 'all', proofs: tokenPurposes },
  'account.enabled': NOTHING,
  // Everything that belongs to the row goes with it.
  'account.deleted': NOTHING,
};

/** A password that was found right: for the account as it was then, and no other. */
export interface ProvenPassword {
  readonly id: number;
  readonly hashedPassword: string;
}

/**
 * Every change of an account goes through here, in one order: the user's row is locked, written, and only then end the
 * sessions and proofs that the change ends. So a sign-in, a mail or a link that is under way either commits before the lock
 * and is ended with the rest, or finds the account as it is now.
 */
export class AccountChanges {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws UniqueConstraintViolationException when somebody has the address or the name */
  async create(
    em: SqlEntityManager,
    values: Omit<RequiredEntityData<User>, 'createdAt' | 'updatedAt'>,
    eventOf: (user: User) => AccountCreation,
  ): Promise<User> {
    const now = this.clock.now();
    const user = em.create(User, { ...values, createdAt: now, updatedAt: now } as RequiredEntityData<User>);
    await em.persist(user).flush();
    await this.events.emit(em, eventOf(user));
    return user;
  }

  /** The account as it is now, which nobody else changes before the caller's transaction ends. */
  async lock(em: SqlEntityManager, userId: number): Promise<User | null> {
    return em.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /**
   * The same for somebody who has just given the password.
   * @throws AppError INVALID_CREDENTIALS when the password was changed while it was compared; INVALID_TOKEN when the
   * viewer's session or account ended meanwhile; ACCOUNT_DISABLED
   */
  async lockProven(em: SqlEntityManager, proven: ProvenPassword, viewer?: SessionViewer): Promise<User> {
    const user = await this.lock(em, proven.id);
    if (!user && viewer) throw new AppError('INVALID_TOKEN');
    if (user?.hashedPassword !== proven.hashedPassword) {
      throw new AppError('INVALID_CREDENTIALS', viewer && { message: 'Current password is incorrect' });
    }
    if (viewer && !(await isLive(em, viewer.sessionId, this.clock.now())))
      throw new AppError('INVALID_TOKEN');
    if (!user.isActive) throw new AppError('ACCOUNT_DISABLED');
    return user;
  }

  /**
   * Writes a change of an account whose row the caller has locked, ends what ends with it, and tells of it.
   * @param keepSessionId the session that asked for it, for changes that end the others
   * @returns how many sessions ended
   */
  async apply(
    em: SqlEntityManager,
    user: User,
    write: (user: WritableUser) => AccountChange,
    keepSessionId?: string,
  ): Promise<number> {
    const now = this.clock.now();
    const writable: WritableUser = user;
    const change = write(writable);
    const { sessions, proofs } = consequences[change.kind];
    if (proofs.includes('reset_password')) {
      writable.pendingEmail = null;
      writable.proofsEndedAt = now;
    }
    writable.updatedAt = now;
    await em.flush();
    const exceptId = sessions === 'others' ? keepSessionId : undefined;
    const ended = sessions === 'none' ? 0 : await endSessionsOf(em, user.id, now, exceptId);
    if (proofs.length > 0) await this.tokens.revoke(em, user.id, proofs);
    await this.events.emit(em, change);
    return ended;
  }

  /** Deletes an account whose row the caller has locked, with everything that belongs to it. */
  async delete(em: SqlEntityManager, user: User, reason: DeletionReason): Promise<void> {
    await this.events.emit(em, { kind: 'account.deleted', user, reason });
    await em.nativeDelete(User, { id: user.id });
  }
}

/** Whether a mail that was queued then may still carry a link: not when the account's proofs have ended since. */
export function mayIssueProof(user: User, queuedAt: Date): boolean {
  return user.proofsEndedAt === null || queuedAt >= user.proofsEndedAt;
}
