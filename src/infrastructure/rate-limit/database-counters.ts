import {
  delayAfter,
  delaysOf,
  type Backoff,
  type Count,
  type CounterStore,
  type Increment,
} from './counters';
import type { Database } from '../database/database';
import type { PreparedStatement } from '../database/prepared-statements';
import { RateLimitCounter } from './rate-limit.entity';

/**
 * Values: keys, points, the ends of windows that begin now, now. All nodes take the rows in the order of their keys, or two of
 * them could wait for each other.
 */
const INCREMENT: PreparedStatement = {
  name: 'rate_limit_increment',
  sql: `
    insert into rate_limits as r (key, points, expires_at)
    select key, points, expires_at
    from unnest(cast($1 as text[]), cast($2 as integer[]), cast($3 as timestamptz[])) as t (key, points, expires_at)
    order by key
    on conflict (key) do update set
      points = case when r.expires_at > $4 then r.points + excluded.points else excluded.points end,
      expires_at = case when r.expires_at > $4 then r.expires_at else excluded.expires_at end
    returning key, points, expires_at`,
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
export class DatabaseCounters implements CounterStore {
  readonly isOneServer = true;

  constructor(private readonly database: Database) {}

  async incrementAll(increments: readonly Increment[]): Promise<readonly (Count | undefined)[]> {
    const nowMs = Math.max(...increments.map((one) => one.nowMs));
    const rows = await this.database.statement<{ key: string; points: number; expires_at: string }>(
      INCREMENT,
      [
        increments.map(({ key }) => key),
        increments.map(({ points }) => points),
        increments.map((one) => new Date(one.nowMs + one.windowMs)),
        new Date(nowMs),
      ],
    );
    const counts = new Map(
      rows.map((row) => [row.key, { count: row.points, resetAtMs: new Date(row.expires_at).getTime() }]),
    );
    return increments.map(({ key }) => counts.get(key));
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
