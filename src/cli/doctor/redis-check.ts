import type { Config } from '../../config';
import { createCommandLogger } from '../../infrastructure/telemetry/logger';
import { RedisCounters } from '../../infrastructure/rate-limit/redis-counters';
import { Report, type Finding } from './finding';

/** Redis, where the configuration names one: asked to count, as a rate limit does. */
export async function checkRedis({ rateLimit, database }: Config): Promise<Finding[]> {
  const report = new Report('redis');
  if (rateLimit.redisUrl === undefined) {
    const place = database.kind === 'embedded' ? 'memory' : 'PostgreSQL';
    report.ok(`not used: REDIS_URL is not set, and rate limits are counted in ${place}`);
    return report.findings;
  }
  const counters = new RedisCounters(rateLimit.redisUrl, createCommandLogger());
  const advice =
    'Start Redis, or correct REDIS_URL. Until then each process counts for itself, and n nodes let n times as many tries through.';
  try {
    const outage = await counters.outage();
    if (outage) {
      report.failure(`${outage.host} does not answer: ${outage.reason}`, advice);
      return report.findings;
    }
    const startedAtMs = performance.now();
    await counters.incrementAll([{ key: 'doctor', points: 1, windowMs: 1_000, nowMs: Date.now() }]);
    report.ok(`counts, in ${(performance.now() - startedAtMs).toFixed(1)} ms`);
  } catch (error) {
    // A replica, a full memory without eviction, or a user who may not.
    report.failure(`Redis answers, but does not count: ${(error as Error).message}`, advice);
  } finally {
    counters.close();
  }
  return report.findings;
}
