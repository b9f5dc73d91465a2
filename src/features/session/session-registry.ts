import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import type { Viewer } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import { RecentReads, type RecentReadsConfig } from '../../infrastructure/database/recent-reads';
import { User } from '../account';

/** Tells whether a session is alive: its end through this node holds at once, through another one within moments. */
export class SessionRegistry {
  readonly #live: RecentReads<string, Viewer>;

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
  async viewerOf(sessionId: string): Promise<Viewer> {
    const viewer = await this.#live.get(sessionId);
    if (!viewer) throw new AppError('INVALID_TOKEN');
    return viewer;
  }

  async #findLive(em: SqlEntityManager, ids: string[]): Promise<Map<string, Viewer>> {
    const learn = this.users.learner();
    const rows: ({ session_id: string } & object)[] = await em.execute(
      `select s.id as session_id, u.* from sessions s join users u on u.id = s.user_id
       where s.id in (?) and s.revoked_at is null and s.expires_at > ? and u.is_active`,
      [ids, this.clock.now()],
    );
    return new Map(
      rows.map(({ session_id: sessionId, ...row }) => {
        const user = em.map(User, row);
        learn(user.id, user);
        return [sessionId, { sessionId, userId: user.id, role: user.role }] as const;
      }),
    );
  }
}
