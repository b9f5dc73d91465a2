import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';

/** A session that ended before its time. */
export interface EndedSessionRecord {
  readonly sessionId: string;
  readonly endedAt: Date;
  /** Rises with time: who has seen one has seen all before it. */
  readonly position: number;
}

interface Row {
  readonly sessionId: string;
  readonly endedAt: string;
  readonly position: string | null;
}

/** Those after a position, and those that have none yet. */
const LIST: PreparedStatement = {
  name: 'ended_sessions_list',
  sql: `select session_id as "sessionId", ended_at as "endedAt", position from ended_sessions
    where (position > $1 or position is null) and ended_at > $2 order by position nulls last limit $3`,
};

const LAST_POSITION: PreparedStatement = {
  name: 'ended_sessions_last_position',
  sql: `select last_position as "lastPosition" from ended_sessions_feed`,
};

const HOLD_TURN = 'select last_position as "lastPosition" from ended_sessions_feed for update';

const NUMBER = `
  update ended_sessions e set position = cast(? as bigint) + n.place
  from (select session_id, row_number() over (order by ended_at, session_id) as place
    from ended_sessions where position is null) n
  where e.session_id = n.session_id`;

const REMEMBER = `
  update ended_sessions_feed set last_position = greatest(last_position,
    coalesce((select max(position) from ended_sessions), 0))`;

const FORGET: PreparedStatement = {
  name: 'ended_sessions_forget',
  sql: `delete from ended_sessions where session_id in
    (select session_id from ended_sessions where ended_at < $1 order by ended_at limit $2) returning session_id`,
};

/**
 * Sessions that ended, in an order that readers can rely on. Whoever ends a session takes no number, or all of them would
 * wait for one another; and a number taken before the commit could appear after a later one, to be missed for ever. So numbers
 * are given afterwards, by whoever reads, one reader at a time.
 */
export class EndedSessions {
  /** @param rememberedMs how long a token can outlive its session */
  constructor(
    private readonly database: Database,
    private readonly rememberedMs: number,
    private readonly clock: Clock,
  ) {}

  /** The next ones after a position, at most `limit`. @throws AppError SERVICE_UNAVAILABLE */
  async after(position: number, limit: number): Promise<EndedSessionRecord[]> {
    const rows = await this.#list(position, limit);
    const isComplete = rows.every((row) => row.position !== null);
    if (!isComplete) await this.#number();
    const numbered = isComplete ? rows : await this.#list(position, limit);
    return numbered
      .filter((row) => row.position !== null)
      .map(({ sessionId, endedAt, position: place }) => ({
        sessionId,
        endedAt: new Date(endedAt),
        position: Number(place),
      }));
  }

  /** The last position that was given. @throws AppError SERVICE_UNAVAILABLE */
  async lastPosition(): Promise<number> {
    const [row] = await this.database.statement<{ lastPosition: string }>(LAST_POSITION, []);
    return Number(row?.lastPosition ?? 0);
  }

  /** Removes a batch of those that no token can belong to; returns how many. */
  async forgetOld(limit: number): Promise<number> {
    const rows = await this.database.statement(FORGET, [this.#oldest(), limit]);
    return rows.length;
  }

  #list(position: number, limit: number): Promise<Row[]> {
    return this.database.statement<Row>(LIST, [position, this.#oldest(), limit]);
  }

  #oldest(): Date {
    return new Date(this.clock.now().getTime() - this.rememberedMs);
  }

  async #number(): Promise<void> {
    const work = async (em: SqlEntityManager): Promise<void> => {
      const [feed] = await em.execute<{ lastPosition: string }[]>(HOLD_TURN);
      // A statement of its own: it sees what was committed before the turn came.
      await em.execute(NUMBER, [feed?.lastPosition ?? '0']);
      await em.execute(REMEMBER);
    };
    await this.database.unitOfWork(work, { concerns: 'nobody' });
  }
}
