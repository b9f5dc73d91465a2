/** The state of a counter after an increment. */
export interface Count {
  readonly count: number;
  readonly resetAtMs: number;
}

/** How often something may fail before each further try has to wait, twice as long each time. */
export interface Backoff {
  readonly freeTries: number;
  readonly maxDelayMs: number;
  /** So long after the latest try all is forgotten. */
  readonly memoryMs: number;
}

/** What is added to one counter. */
export interface Increment {
  readonly key: string;
  readonly points: number;
  readonly windowMs: number;
  readonly nowMs: number;
}

/** Who may try a secret, and when. Times are milliseconds since 1970. */
interface Turns {
  /**
   * Takes a turn for `key`. A free one is had by any clock: who comes after it may be of a node whose clock is behind, or
   * have waited longer for the store.
   * @returns `nowMs` when the turn is granted, otherwise when the next one will be; being refused leaves no trace
   */
  takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number>;
  /** Forgets the turns taken for `key`. */
  clear(key: string): Promise<void>;
}

/**
 * Where tries are counted. Each call is one atomic step of the store: however many processes ask at once, no two get the
 * same count, and no two get the same turn.
 */
export interface Counters extends Turns {
  /** Adds to the counter of `key`, or opens it anew when its window is over. */
  increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count>;
}

/** The same where a call is a journey, and many increments are one. */
export interface CounterStore extends Turns {
  /** Whether all counters are in one place: otherwise one call about many would fail for all where one place is down. */
  readonly isOneServer: boolean;
  /** @param increments of different keys @returns the counts in their order */
  incrementAll(increments: readonly Increment[]): Promise<readonly (Count | undefined)[]>;
}

/**
 * Milliseconds to wait after the last free try, the one after it and so on, twice as long each time; whoever goes on waits as
 * long as after the last of them. Each store looks its wait up here, in its own language.
 */
export function delaysOf({ maxDelayMs }: Backoff): number[] {
  const doublings = Math.ceil(Math.log2(Math.max(1, maxDelayMs / 1000)));
  return Array.from({ length: doublings + 1 }, (_, index) => Math.min(maxDelayMs, 1000 * 2 ** index));
}

/** Milliseconds to wait after the given number of tries, nothing as long as there are free ones. */
export function delayAfter(tries: number, backoff: Backoff): number {
  const delays = delaysOf(backoff);
  return delays[Math.min(tries - backoff.freeTries, delays.length - 1)] ?? 0;
}
