import type { Backoff, Count, Counters } from './counters';

interface Batch {
  points: number;
  /** Settles with the count after the whole batch. */
  readonly done: Promise<Count>;
}

/**
 * Lets increments of one key that arrive while another is under way travel together: a flood from one address costs the
 * store one call at a time, and everybody still gets a count of their own.
 */
export class BatchedCounters implements Counters {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #waiting = new Map<string, Batch>();

  constructor(private readonly store: Counters) {}

  async increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count> {
    const batch = this.#waiting.get(key) ?? this.#open(key, windowMs, nowMs);
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

  #open(key: string, windowMs: number, nowMs: number): Batch {
    const previous = this.#running.get(key);
    const send = (): Promise<Count> => {
      this.#waiting.delete(key);
      const sent = this.store.increment(key, batch.points, windowMs, nowMs);
      this.#running.set(key, sent);
      const end = (): void => {
        if (this.#running.get(key) === sent) this.#running.delete(key);
      };
      sent.then(end, end);
      return sent;
    };
    // A first one leaves at the end of the tick; later ones when the one before has come back, whatever it brought.
    const batch: Batch = { points: 0, done: Promise.resolve(previous).then(send, send) };
    this.#waiting.set(key, batch);
    return batch;
  }
}
