import { delayAfter, delaysOf, type Backoff, type Count, type Counters } from './counters';
import type { Database } from '../database/database';
import type { PreparedStatement } from '../database/prepared-statements';
import { RateLimitCounter } from './rate-limit.entity';

/** Values: key, points, the end of a window that begins now, now. */
const INCREMENT: PreparedStatement = {
  name: 'rate_limit_increment',
  sql: `
    insert into rate_limits as r (key, points, expires_at) values ($1, $2, $3)
    on conflict (key) do update set
      points = case when r.expires_at > $4 then r.points + excluded.points else excluded.points end,
      expires_at = case when r.expires_at > $4 then r.expires_at else excluded.expires_at end
    returning points, expires_at`,
};

/**
 * Values: key, when all is forgotten, the turn after the first (null: at any time), now, free tries, the delays after them in
 * milliseconds.
 */
const TAKE_TURN: PreparedStatement = {
  name: 'rate_limit_take_turn',
  sql: `
    insert into rate_limits as r (key, points, expires_at, next_turn_at) values ($1, 1, $2, $3)
    on conflict (key) do update set
      points = case when r.expires_at > $4 then r.points + 1 else 1 end,
      expires_at = excluded.expires_at,
      next_turn_at = case when r.expires_at <= $4 then excluded.next_turn_at
        when r.points + 1 < cast($5 as integer) then null
        else cast($4 as timestamptz) + interval '1 millisecond'
          * (cast($6 as float8[]))[least(r.points + 2 - cast($5 as integer), cardinality(cast($6 as float8[])))] end
    where r.expires_at <= $4 or r.next_turn_at is null or r.next_turn_at <= $4
    returning points`,
};

const CLEAR: PreparedStatement = {
  name: 'rate_limit_clear',
  sql: 'delete from rate_limits where key = $1',
};

/** Counters that all nodes share through the database, inside its circuit breaker; a statement is one atomic step. */
export class DatabaseCounters implements Counters {
  constructor(private readonly database: Database) {}

  async increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count> {
    const rows = await this.database.statement<{ points: number; expires_at: string }>(INCREMENT, [
      ...[key, points],
      ...[new Date(nowMs + windowMs), new Date(nowMs)],
    ]);
    const [row] = rows;
    if (!row) throw new Error('The database counted nothing');
    return { count: row.points, resetAtMs: new Date(row.expires_at).getTime() };
  }

  async takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number> {
    const { freeTries, memoryMs } = backoff;
    const forgetAt = new Date(nowMs + memoryMs);
    const delayMs = delayAfter(1, backoff);
    const afterFirst = delayMs === 0 ? null : new Date(nowMs + delayMs);
    const granted = await this.database.statement(TAKE_TURN, [
      ...[key, forgetAt, afterFirst],
      ...[new Date(nowMs), freeTries, delaysOf(backoff)],
    ]);
    if (granted.length > 0) return nowMs;
    const known = await this.database.read((em) => em.findOne(RateLimitCounter, { key }));
    // Gone or over meanwhile: then the next try finds it so.
    return Math.max(nowMs + 1, known?.nextTurnAt?.getTime() ?? 0);
  }

  async clear(key: string): Promise<void> {
    await this.database.statement(CLEAR, [key]);
  }
}
