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

/**
 * Where tries are counted. Each call is one atomic step of the store: however many processes ask at once, no two get the
 * same count, and no two get the same turn. Times are milliseconds since 1970.
 */
export interface Counters {
  /** Adds to the counter of `key`, or opens it anew when its window is over. */
  increment(key: string, points: number, windowMs: number, nowMs: number): Promise<Count>;
  /**
   * Takes a turn for `key`.
   * @returns `nowMs` when the turn is granted, otherwise when the next one will be; being refused leaves no trace
   */
  takeTurn(key: string, backoff: Backoff, nowMs: number): Promise<number>;
  /** Forgets the turns taken for `key`. */
  clear(key: string): Promise<void>;
}

/** Milliseconds to wait after the given number of tries: nothing, then 1, 2, 4, … seconds. */
export function delayAfter(tries: number, { freeTries, maxDelayMs }: Backoff): number {
  return tries < freeTries ? 0 : Math.min(maxDelayMs, 1000 * 2 ** Math.min(tries - freeTries, 30));
}
