import type { Config } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { LimitedAction, Surface } from '../../foundation/surface';
import type { Database } from '../database/database';
import { DatabaseCounters } from './database-counters';
import type { StoreOutage } from '../telemetry/health';
import type { Logger } from '../telemetry/logger';
import { BatchedCounters } from './batched-counters';
import { LoginGuard } from './login-guard';
import { MailAllowance } from './mail-allowance';
import { MemoryCounters } from './memory-counters';
import { RateLimiter } from './rate-limiter';
import { RedisCounters } from './redis-counters';
import { ResilientCounters } from './resilient-counters';

export interface RateLimits {
  readonly limiter: RateLimiter;
  readonly guard: LoginGuard;
  readonly mailAllowance: MailAllowance;
  /** Of Redis, where that is asked for: who does not answer, and why. */
  readonly redisOutage: (() => Promise<StoreOutage | undefined>) | undefined;
  readonly close: () => void;
}

export interface RateLimitPlatform {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of every refusal, for the metrics. */
  readonly onRefusal: (action: LimitedAction | 'login_delay') => void;
}

/** The limiter and the guard over counters in Redis where there is one, else beside the data. */
export function openRateLimits(
  { rateLimit, database: { kind } }: Pick<Config, 'rateLimit' | 'database'>,
  surfaces: readonly Surface[],
  { database, clock, logger, onRefusal }: RateLimitPlatform,
): RateLimits {
  const redis = rateLimit.redisUrl === undefined ? undefined : new RedisCounters(rateLimit.redisUrl, logger);
  const shared = redis ?? new DatabaseCounters(database);
  // An embedded database has one process, whose memory is faster and as good.
  const store = kind === 'embedded' && !redis ? new MemoryCounters() : new BatchedCounters(shared);
  const counters = new ResilientCounters(store, logger);
  return {
    limiter: new RateLimiter(rateLimit, surfaces, counters, clock, onRefusal),
    guard: new LoginGuard(rateLimit, counters, clock, () => onRefusal('login_delay')),
    mailAllowance: new MailAllowance(rateLimit, counters, clock),
    redisOutage: redis && (() => redis.outage()),
    close: () => redis?.close(),
  };
}
