import { LRUCache } from 'lru-cache';
import { delayAfter, type Backoff, type Count, type Counters } from './counters';

/** Keys remembered at once, about 30 MB: an attacker with endless addresses pushes out the oldest, and fills no memory. */
const MAX_KEYS = 100_000;

interface Tries {
  readonly tries: number;
  readonly nextTurnMs: number;
  readonly forgetAtMs: number;
}

/** Counters of one process: of the embedded database, and of any while its shared store is down. */
export class MemoryCounters implements Counters {
  readonly #counts = new LRUCache<string, Count>({ max: MAX_KEYS });
  readonly #tries = new LRUCache<string, Tries>({ max: MAX_KEYS });

  async increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count> {
    const known = this.#counts.get(key);
    const next =
      known && known.resetAtMs > nowMs
        ? { count: known.count + points, resetAtMs: known.resetAtMs }
        : { count: points, resetAtMs: nowMs + windowMs };
    this.#counts.set(key, next);
    return next;
  }

  async takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number> {
    const stored = this.#tries.get(key);
    const known = stored && stored.forgetAtMs > nowMs ? stored : undefined;
    if (known && known.nextTurnMs > nowMs) return known.nextTurnMs;
    const tries = (known?.tries ?? 0) + 1;
    const delayMs = delayAfter(tries, backoff);
    this.#tries.set(key, {
      tries,
      nextTurnMs: delayMs === 0 ? 0 : nowMs + delayMs,
      forgetAtMs: nowMs + backoff.memoryMs,
    });
    return nowMs;
  }

  async clear(key: string): Promise<void> {
    this.#tries.delete(key);
  }
}
