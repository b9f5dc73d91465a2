import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { SessionViewer } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';
import {
  RecentReads,
  type RecentReadsConfig,
  type RecentRow,
} from '../../infrastructure/database/recent-reads';
import { profileColumns, profileOf, type ProfileRow, type UserProfile } from '../identity';

export interface LiveSession extends RecentRow {
  readonly viewer: SessionViewer;
  /** Its owner's. */
  readonly profile: UserProfile;
  readonly openedBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

interface SessionRow extends ProfileRow {
  readonly sessionId: string;
  readonly openedBy: string | null;
  readonly openedAt: string;
  readonly usedAt: string;
}

/** The hottest read of all: live sessions with their owners, of whom most requests want to know something. */
const FIND_LIVE: PreparedStatement = {
  name: 'sessions_live',
  sql: `select s.id as "sessionId", s.opened_by as "openedBy", s.created_at as "openedAt", s.last_used_at as "usedAt",
      ${profileColumns}
    from sessions s join users u on u.id = s.user_id
    where s.id = any(cast($1 as uuid[])) and s.revoked_at is null and s.expires_at > $2 and u.is_active`,
};

/** Tells whether a session is alive: its end through this node holds at once, through another one within moments. */
export class SessionRegistry {
  readonly #live: RecentReads<string, LiveSession>;

  constructor(
    private readonly database: Database,
    config: RecentReadsConfig,
    private readonly clock: Clock,
  ) {
    this.#live = new RecentReads(database, config, (ids) => this.#findLive(ids));
  }

  /** @throws AppError INVALID_TOKEN for a session that is no longer alive; SERVICE_UNAVAILABLE */
  async sessionOf(sessionId: string): Promise<LiveSession> {
    const known = this.#live.get(sessionId);
    const session = known instanceof Promise ? await known : known;
    if (!session) throw new AppError('INVALID_TOKEN');
    return session;
  }

  /** Who somebody is. @throws AppError INVALID_TOKEN when the session has ended meanwhile; SERVICE_UNAVAILABLE */
  async profileOf({ sessionId }: SessionViewer): Promise<UserProfile> {
    return (await this.sessionOf(sessionId)).profile;
  }

  async #findLive(ids: readonly string[]): Promise<Map<string, LiveSession>> {
    const rows = await this.database.statement<SessionRow>(FIND_LIVE, [ids, this.clock.now()]);
    return new Map(rows.map((row) => [row.sessionId, liveSession(row)]));
  }
}

function liveSession(row: SessionRow): LiveSession {
  const profile = profileOf(row);
  return Object.freeze({
    ownerId: profile.id,
    viewer: Object.freeze(new SessionViewer(profile.id, row.sessionId, profile.role)),
    profile,
    openedBy: row.openedBy,
    createdAt: new Date(row.openedAt),
    lastUsedAt: new Date(row.usedAt),
  });
}
