import type { HousekeepingConfig, SessionsConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../../infrastructure/database/database';
import { removeBatch } from '../../infrastructure/housekeeping/remove-batch';

/** Removes sessions that ended long ago, and refresh tokens that could be of no use even if they were not spent. */
export class OldSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: Pick<SessionsConfig, 'idleSeconds'>,
    private readonly config: Pick<HousekeepingConfig, 'sessionRetentionSeconds'>,
    private readonly clock: Clock,
  ) {}

  /**
   * With their refresh tokens. One that was revoked goes when it would have expired anyway: an operator can ask for it
   * until then, and no index has to follow revocations.
   */
  removeSessions(limit: number): Promise<number> {
    const values = [this.#ago(this.config.sessionRetentionSeconds)];
    return removeBatch(
      this.database,
      { table: 'sessions', key: 'id', where: 'expires_at < ?', values },
      limit,
    );
  }

  /**
   * Spent ones that would have expired by now. Until then each of them tells of a theft when it comes back; afterwards it is
   * as unknown as any other.
   */
  removeSpentTokens(limit: number): Promise<number> {
    const where = 'issued_at < ? and spent_at is not null';
    const values = [this.#ago(this.sessions.idleSeconds)];
    return removeBatch(this.database, { table: 'refresh_tokens', key: 'token_hash', where, values }, limit);
  }

  #ago(seconds: number): Date {
    return new Date(this.clock.now().getTime() - seconds * 1000);
  }
}
