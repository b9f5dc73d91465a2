import { setTimeout } from 'node:timers/promises';
import { connectRedis, type RedisConnection } from '../redis/connect-redis';
import type { StoreOutage } from '../telemetry/health';
import type { Logger } from '../telemetry/logger';
import { traced, type SpanOptions } from '../telemetry/tracing/tracing';
import { delaysOf, type Backoff, type Count, type CounterStore, type Increment } from './counters';

const PREFIX = 'gateway:rate:';
/** A limiter that waits longer for its counter than for the work it guards would be the attack itself. */
const TIMEOUT_MS = 500;

const INCREMENT = `
  redis.call('set', KEYS[1], 0, 'PX', ARGV[2], 'NX')
  return { redis.call('incrby', KEYS[1], ARGV[1]), redis.call('pttl', KEYS[1]) }`;

/** What it answers: the count, and how many milliseconds its window has left. */
type CountReply = readonly [number, number];

/** Arguments: now, free tries, how long all is remembered, and the delays after them; all in milliseconds. */
const TAKE_TURN = `
  local known = redis.call('hmget', KEYS[1], 'tries', 'next')
  local now = tonumber(ARGV[1])
  if known[2] and tonumber(known[2]) > now then return known[2] end
  local tries = tonumber(known[1] or '0') + 1
  local turn = 0
  if tries >= tonumber(ARGV[2]) then
    turn = now + tonumber(ARGV[math.min(4 + tries - tonumber(ARGV[2]), #ARGV)])
  end
  redis.call('hset', KEYS[1], 'tries', tries, 'next', string.format('%.0f', turn))
  redis.call('pexpire', KEYS[1], ARGV[3])
  return ARGV[1]`;

/** Counters that all nodes share through Redis; a script is one atomic step there. */
export class RedisCounters implements CounterStore {
  readonly #redis: RedisConnection['redis'];
  readonly #host: string;
  #lastError: string | undefined;

  constructor(url: string, logger: Logger) {
    const { redis, host } = connectRedis(url, { keyPrefix: PREFIX, timeoutMs: TIMEOUT_MS });
    this.#redis = redis;
    this.#host = host;
    // Without a listener a lost connection would end the process; who needs a counter meanwhile hears of it. The error
    // itself may hold the command that failed, and that the password.
    this.#redis.on('error', ({ message }: Error) => {
      this.#lastError = message;
      logger.debug({ reason: message }, 'redis_connection_failed');
    });
    this.#redis.on('ready', () => (this.#lastError = undefined));
  }

  get isOneServer(): boolean {
    return !this.#redis.isCluster;
  }

  /** Asks it, for no longer than a counter is waited for. @returns who does not answer and why; undefined when it does */
  async outage(): Promise<StoreOutage | undefined> {
    const late = setTimeout(TIMEOUT_MS, 'late', { ref: false });
    try {
      if ((await Promise.race([this.#redis.ping(), late])) !== 'late') return undefined;
      return { host: this.#host, reason: this.#lastError ?? `no answer within ${TIMEOUT_MS} ms` };
    } catch (error) {
      return { host: this.#host, reason: this.#lastError ?? (error as Error).message };
    }
  }

  async incrementAll(increments: readonly Increment[]): Promise<readonly Count[]> {
    const replies = await traced(span('increment'), () => this.#inTime(this.#evaluateAll(increments)));
    return replies.map(([count, ttlMs], index) => ({
      count,
      resetAtMs: (increments[index]?.nowMs ?? 0) + ttlMs,
    }));
  }

  async takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number> {
    const { freeTries, memoryMs } = backoff;
    const delays = delaysOf(backoff);
    const turn = await traced(span('take_turn'), () =>
      this.#inTime(this.#redis.eval(TAKE_TURN, 1, key, nowMs, freeTries, memoryMs, ...delays)),
    );
    return Number(turn);
  }

  async clear(key: string): Promise<void> {
    await traced(span('clear'), () => this.#inTime(this.#redis.del(key)));
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** By one write to a server; the keys of a cluster are on several. */
  async #evaluateAll(increments: readonly Increment[]): Promise<CountReply[]> {
    const redis = this.#redis;
    if (redis.isCluster) {
      return Promise.all(
        increments.map(
          ({ key, points, windowMs }) =>
            redis.eval(INCREMENT, 1, key, points, windowMs) as Promise<CountReply>,
        ),
      );
    }
    const pipeline = redis.pipeline();
    for (const { key, points, windowMs } of increments) pipeline.eval(INCREMENT, 1, key, points, windowMs);
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, reply]) => {
      if (error) throw error;
      return reply as CountReply;
    });
  }

  /** A server's answers are bounded already; a cluster keeps commands for as long as it looks for nodes. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    if (!this.#redis.isCluster) return answer;
    const answered = new AbortController();
    const late = setTimeout(TIMEOUT_MS, undefined, { ref: false, signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${TIMEOUT_MS} ms`);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      answered.abort();
    }
  }
}

/** Keys hold addresses and hashes of names, and are in no trace. */
function span(operation: string): () => SpanOptions {
  const attributes = { 'db.system.name': 'redis', 'db.operation.name': operation };
  return () => ({ name: `redis ${operation}`, kind: 'client', attributes });
}
