import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Backoff, Count, Counters } from './counters';
import type { Database } from '../database/database';
import { RateLimitCounter } from './rate-limit.entity';

/** Writes between two deletions of what has expired. */
const SWEEP_INTERVAL = 1_000;

const INCREMENT = `
  insert into rate_limits as r (key, points, expires_at) values (?, ?, ?)
  on conflict (key) do update set
    points = case when r.expires_at > ? then r.points + excluded.points else excluded.points end,
    expires_at = case when r.expires_at > ? then r.expires_at else excluded.expires_at end
  returning points, expires_at`;

const TAKE_TURN = `
  insert into rate_limits as r (key, points, expires_at, next_turn_at) values (?, 1, ?, ?)
  on conflict (key) do update set
    points = case when r.expires_at > ? then r.points + 1 else 1 end,
    expires_at = excluded.expires_at,
    next_turn_at = case when r.expires_at <= ? then excluded.next_turn_at
      when r.points + 1 < ? then ?
      else cast(? as timestamptz) + least(?, 1000 * power(2, least(r.points + 1 - ?, 30))) * interval '1 millisecond' end
  where r.expires_at <= ? or r.next_turn_at <= ?
  returning points`;

/** Counters that all nodes share through the database, inside its circuit breaker; a statement is one atomic step. */
export class DatabaseCounters implements Counters {
  #writes = 0;

  constructor(private readonly database: Database) {}

  async increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count> {
    const now = new Date(nowMs);
    const rows: { points: number; expires_at: Date | string }[] = await this.#write(nowMs, (em) =>
      em.execute(INCREMENT, [key, points, new Date(nowMs + windowMs), now, now]),
    );
    const [row] = rows;
    if (!row) throw new Error('The database counted nothing');
    return { count: row.points, resetAtMs: new Date(row.expires_at).getTime() };
  }

  async takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number> {
    const { freeTries, maxDelayMs, memoryMs } = backoff;
    const now = new Date(nowMs);
    const forgetAt = new Date(nowMs + memoryMs);
    const afterFirst = new Date(nowMs + (freeTries > 1 ? 0 : Math.min(1000, maxDelayMs)));
    const granted: unknown[] = await this.#write(nowMs, (em) =>
      em.execute(TAKE_TURN, [
        ...[key, forgetAt, afterFirst],
        ...[now, now, freeTries, now],
        ...[now, maxDelayMs, freeTries, now, now],
      ]),
    );
    if (granted.length > 0) return nowMs;
    const known = await this.database.read((em) => em.findOne(RateLimitCounter, { key }));
    // Gone or over meanwhile: then the next try finds it so.
    return Math.max(nowMs + 1, known?.nextTurnAt?.getTime() ?? 0);
  }

  async clear(key: string): Promise<void> {
    await this.database.read((em) => em.nativeDelete(RateLimitCounter, { key }));
  }

  async #write<T>(nowMs: number, work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    this.#writes += 1;
    if (this.#writes % SWEEP_INTERVAL === 0) {
      await this.database.read((em) =>
        em.nativeDelete(RateLimitCounter, { expiresAt: { $lt: new Date(nowMs) } }),
      );
    }
    return this.database.read(work);
  }
}
