const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Who served that long did not end because of how it was started. */
const STABLE_MS = 60_000;

/** How long to wait before a worker that ended is replaced: the first at once, those that end soon after ever later. */
export class RestartDelay {
  #failures = 0;

  /** @param uptimeMs how long the one that ended had lived */
  next(uptimeMs: number): number {
    if (uptimeMs >= STABLE_MS) this.#failures = 0;
    const delayMs = this.#failures === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    this.#failures += 1;
    return delayMs;
  }
}
