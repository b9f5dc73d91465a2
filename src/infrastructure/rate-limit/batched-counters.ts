import { AsyncResource } from 'node:async_hooks';
import type { Backoff, Count, Counters, CounterStore, Increment } from './counters';

/** Calls to one server at the same time. */
const MAX_CALLS = 2;
/** Counters in one call. */
const MAX_KEYS = 1000;

/** Everything that is to be added to one counter at once. */
class Batch implements Increment {
  points = 0;
  settle!: (count: Count) => void;
  refuse!: (reason: unknown) => void;
  readonly done = new Promise<Count>((resolve, reject) => {
    this.settle = resolve;
    this.refuse = reject;
  });

  constructor(
    readonly key: string,
    readonly windowMs: number,
    readonly nowMs: number,
  ) {}
}

/**
 * Lets increments travel together: those of one turn of the event loop, and those that arrive while the calls before are
 * under way. A busy server asks the store less often, not more, a flood from one address costs it one call at a time, and
 * everybody still gets a count of their own. Where the counters are on several servers only increments of one key do.
 */
export class BatchedCounters implements Counters {
  readonly #waiting = new Map<string, Batch>();
  /** The counters that a call is about: the next is made when it is known what came of it. */
  readonly #running = new Set<string>();
  /** The context of nobody's request. */
  readonly #outside = new AsyncResource('BatchedCounters');
  #calls = 0;
  #isScheduled = false;

  constructor(private readonly store: CounterStore) {}

  async increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count> {
    const batch = this.#waiting.get(key) ?? this.#open(new Batch(key, windowMs, nowMs));
    batch.points += points;
    const place = batch.points;
    const { count, resetAtMs } = await batch.done;
    return { count: count - batch.points + place, resetAtMs };
  }

  takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number> {
    return this.store.takeTurn(key, backoff, nowMs);
  }

  clear(key: string): Promise<void> {
    return this.store.clear(key);
  }

  #open(batch: Batch): Batch {
    this.#waiting.set(batch.key, batch);
    this.#schedule();
    return batch;
  }

  #schedule(): void {
    const isBusy = this.store.isOneServer && this.#calls >= MAX_CALLS;
    if (this.#isScheduled || isBusy || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    this.#outside.runInAsyncScope(() =>
      setImmediate(() => {
        this.#isScheduled = false;
        const ready = this.#takeReady();
        if (this.store.isOneServer) void this.#send(ready);
        else for (const batch of ready) void this.#send([batch]);
      }),
    );
  }

  #takeReady(): Batch[] {
    const ready = [...this.#waiting.values()].filter(({ key }) => !this.#running.has(key)).slice(0, MAX_KEYS);
    for (const { key } of ready) this.#waiting.delete(key);
    return ready;
  }

  async #send(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    this.#calls += 1;
    for (const { key } of batches) this.#running.add(key);
    // For those that found no place in this one.
    this.#schedule();
    try {
      const counts = await this.store.incrementAll(batches);
      batches.forEach((batch, index) => {
        const count = counts[index];
        if (count) batch.settle(count);
        else batch.refuse(new Error('The store counted nothing'));
      });
    } catch (error) {
      for (const batch of batches) batch.refuse(error);
      if (this.store.isOneServer) this.#refuseWaiting(error);
    } finally {
      this.#calls -= 1;
      for (const { key } of batches) this.#running.delete(key);
      this.#schedule();
    }
  }

  /** What keeps one call from the server keeps all: nobody waits for a second time, after those before. */
  #refuseWaiting(error: unknown): void {
    const refused = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const batch of refused) batch.refuse(error);
  }
}
