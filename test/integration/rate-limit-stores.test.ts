import type { Database } from '../../src/infrastructure/database/database';
import { DatabaseCounters } from '../../src/infrastructure/rate-limit/database-counters';
import { BatchedCounters } from '../../src/infrastructure/rate-limit/batched-counters';
import type { Backoff, Counters } from '../../src/infrastructure/rate-limit/counters';
import { MemoryCounters } from '../../src/infrastructure/rate-limit/memory-counters';
import { RedisCounters } from '../../src/infrastructure/rate-limit/redis-counters';
import { atOnce } from '../support/attacks';
import { useApp } from '../support/test-app';

const app = useApp();
const redisUrl = process.env['TEST_REDIS_URL'];
const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => close()));

/** Two nodes on one store, as the server puts them together. */
type Nodes = () => readonly [Counters, Counters];

const stores: [string, Nodes][] = [
  [
    'memory',
    () => {
      const memory = new MemoryCounters();
      return [memory, memory];
    },
  ],
  [
    'database',
    () => {
      const node = () => new BatchedCounters(new DatabaseCounters(app.app.database));
      return [node(), node()];
    },
  ],
];
if (redisUrl) {
  stores.push([
    'redis',
    () => {
      const node = () => {
        const redis = new RedisCounters(redisUrl, app.logger);
        closing.push(() => redis.close());
        return new BatchedCounters(redis);
      };
      return [node(), node()];
    },
  ]);
}

const BACKOFF: Backoff = { freeTries: 3, maxDelayMs: 5_000, memoryMs: 60_000 };
const NOW = Date.now();
let keys = 0;
const newKey = (): string => `test:${process.pid}:${NOW}:${(keys += 1)}`;

describe.each(stores)('counters in %s', (_name, nodes) => {
  it('should give each of 200 simultaneous tries on two nodes a count of its own', async () => {
    const key = newKey();
    const pair = nodes();
    const counts = await atOnce(200, (index) => pair[index % 2 ? 1 : 0].increment(key, 1, 60_000, NOW));
    const sorted = counts.map(({ count }) => count).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('should keep 2,000 counters of simultaneous tries on two nodes apart', async () => {
    const mine = Array.from({ length: 2_000 }, newKey);
    const pair = nodes();
    const increments = [...mine, ...mine.slice(500)].map((key, index) =>
      pair[index % 2 ? 1 : 0].increment(key, key.endsWith('7') ? 7 : 1, 60_000, NOW),
    );
    await Promise.all(increments);
    const counts = await Promise.all(mine.map((key) => pair[0].increment(key, 1, 60_000, NOW)));
    const expected = mine.map((key, index) => (key.endsWith('7') ? 7 : 1) * (index < 500 ? 1 : 2) + 1);
    expect(counts.map(({ count }) => count)).toEqual(expected);
  });

  it('should say when the window ends, and keep its end', async () => {
    const key = newKey();
    const [node] = nodes();
    const first = await node.increment(key, 1, 60_000, NOW);
    const second = await node.increment(key, 1, 60_000, NOW);
    expect(Math.abs(first.resetAtMs - NOW - 60_000)).toBeLessThan(1_000);
    expect(second.resetAtMs).toBeLessThanOrEqual(first.resetAtMs + 1_000);
  });

  it('should give free turns to a node whose clock is behind, and make it wait after them', async () => {
    const key = newKey();
    const [ahead, behind] = nodes();
    expect(await ahead.takeTurn(key, BACKOFF, NOW)).toBe(NOW);
    expect(await behind.takeTurn(key, BACKOFF, NOW - 400)).toBe(NOW - 400);
    expect(await ahead.takeTurn(key, BACKOFF, NOW)).toBe(NOW);
    expect(await behind.takeTurn(key, BACKOFF, NOW - 400)).toBe(NOW + 1_000);
  });

  it('should give three turns at once, and later ones ever more slowly', async () => {
    const key = newKey();
    const pair = nodes();
    const turns = await atOnce(50, (index) => pair[index % 2 ? 1 : 0].takeTurn(key, BACKOFF, NOW));
    expect(turns.filter((turn) => turn === NOW)).toHaveLength(3);
    expect(new Set(turns)).toEqual(new Set([NOW, NOW + 1_000]));
    let now = NOW;
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const next = await pair[0].takeTurn(key, BACKOFF, now);
      delays.push(next - now);
      now = next;
      expect(await pair[1].takeTurn(key, BACKOFF, now)).toBe(now);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('should forget turns when told to', async () => {
    const key = newKey();
    const [one, other] = nodes();
    await atOnce(3, () => one.takeTurn(key, BACKOFF, NOW));
    await one.clear(key);
    expect(await other.takeTurn(key, BACKOFF, NOW)).toBe(NOW);
  });
});

// Redis itself decides when a key expires, and no test waits for it.
describe.each(stores.filter(([name]) => name !== 'redis'))('windows in %s', (_name, nodes) => {
  it('should open a new window when the old one is over', async () => {
    const key = newKey();
    const [node] = nodes();
    await node.increment(key, 7, 60_000, NOW);
    expect((await node.increment(key, 1, 60_000, NOW + 59_999)).count).toBe(8);
    expect(await node.increment(key, 1, 60_000, NOW + 60_000)).toEqual({
      count: 1,
      resetAtMs: NOW + 120_000,
    });
  });

  it('should forget turns an hour after the last', async () => {
    const key = newKey();
    const [node] = nodes();
    await atOnce(3, () => node.takeTurn(key, BACKOFF, NOW));
    const later = NOW + BACKOFF.memoryMs;
    expect(await atOnce(3, () => node.takeTurn(key, BACKOFF, later))).toEqual([later, later, later]);
  });
});

describe('counters in the database', () => {
  it('should be removed once their window is over', async () => {
    const database: Database = app.app.database;
    const counters = new DatabaseCounters(database);
    const nowMs = app.clock.now().getTime();
    await counters.incrementAll([
      { key: 'test:old', points: 1, windowMs: 1_000, nowMs: nowMs - 2_000 },
      { key: 'test:new', points: 1, windowMs: 60_000, nowMs },
    ]);
    await app.app.housekeeper.runRound();
    const rows = await database.read((em) =>
      em.execute<{ key: string }[]>("select key from rate_limits where key in ('test:old', 'test:new')"),
    );
    expect(rows).toEqual([{ key: 'test:new' }]);
  });
});
