import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../foundation/clock';
import type { SessionEnd } from '../../foundation/security-events';
import { hashToken } from '../../infrastructure/crypto/token-signer';
import type { Database } from '../../infrastructure/database/database';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';

/** Ends one session, with whatever token of it somebody has. All methods throw AppError SERVICE_UNAVAILABLE. */
export class SessionEnds {
  constructor(
    private readonly database: Database,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** @returns false when the user has no such live session */
  async end(sessionId: string, userId: number, reason: SessionEnd): Promise<boolean> {
    return this.database.unitOfWork((em) => this.#end(em, sessionId, userId, reason), { concerns: userId });
  }

  /** @param refreshToken spent or not @returns false when there is no such token, or its session has ended */
  async endByRefreshToken(refreshToken: string, reason: SessionEnd): Promise<boolean> {
    return this.database.unitOfWork(async (em) => {
      const tokenHash = hashToken(refreshToken);
      const token = await em.findOne(RefreshToken, { tokenHash }, { populate: ['session'] });
      return token !== null && this.#end(em, token.session.id, token.session.user.id, reason);
    });
  }

  async #end(em: SqlEntityManager, id: string, userId: number, reason: SessionEnd): Promise<boolean> {
    const now = this.clock.now();
    const live = { id, user: userId, revokedAt: null, expiresAt: { $gt: now } };
    const ended = (await em.nativeUpdate(Session, live, { revokedAt: now })) > 0;
    if (ended) await this.events.emit(em, { kind: 'session.ended', userId, reason, sessions: 1 });
    return ended;
  }
}
