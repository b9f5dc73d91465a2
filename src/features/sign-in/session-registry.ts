import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { SessionViewer } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import { RecentReads, type RecentReadsConfig } from '../../infrastructure/database/recent-reads';
import { User } from '../identity';

export interface LiveSession {
  readonly viewer: SessionViewer;
  readonly openedBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

interface SessionColumns {
  readonly sessionId: string;
  readonly openedBy: string | null;
  readonly openedAt: Date | string;
  readonly usedAt: Date | string;
}

/** Tells whether a session is alive: its end through this node holds at once, through another one within moments. */
export class SessionRegistry {
  readonly #live: RecentReads<string, LiveSession>;

  /** @param users learn of the owners on the way: most requests want to know both */
  constructor(
    database: Database,
    private readonly users: RecentReads<number, User>,
    config: RecentReadsConfig,
    private readonly clock: Clock,
  ) {
    this.#live = new RecentReads(database, config, (em, ids) => this.#findLive(em, ids));
  }

  /** @throws AppError INVALID_TOKEN for a session that is no longer alive; SERVICE_UNAVAILABLE */
  async sessionOf(sessionId: string): Promise<LiveSession> {
    const session = await this.#live.get(sessionId);
    if (!session) throw new AppError('INVALID_TOKEN');
    return session;
  }

  async #findLive(em: SqlEntityManager, ids: string[]): Promise<Map<string, LiveSession>> {
    const learn = this.users.learner();
    const rows: (SessionColumns & object)[] = await em.execute(
      `select s.id as "sessionId", s.opened_by as "openedBy", s.created_at as "openedAt",
         s.last_used_at as "usedAt", u.*
       from sessions s join users u on u.id = s.user_id
       where s.id in (?) and s.revoked_at is null and s.expires_at > ? and u.is_active`,
      [ids, this.clock.now()],
    );
    return new Map(
      rows.map(({ sessionId, openedBy, openedAt, usedAt, ...row }) => {
        const user = em.map(User, row);
        learn(user.id, user);
        const viewer = new SessionViewer(user.id, sessionId, user.role);
        const [createdAt, lastUsedAt] = [new Date(openedAt), new Date(usedAt)];
        return [sessionId, { viewer, openedBy, createdAt, lastUsedAt }] as const;
      }),
    );
  }
}
