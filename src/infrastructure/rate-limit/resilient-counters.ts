import { AppError } from '../../errors';
import type { Logger } from '../telemetry/logger';
import type { Counters } from './counters';
import { MemoryCounters } from './memory-counters';

/** What happens to somebody whose tries cannot be counted in the shared store. */
export type WhenDown = 'count-here' | 'refuse';

const RETRY_AFTER_SECONDS = 5;
/** While it is down, the store is asked again so often, and everybody else does not wait for it. */
const ASK_AGAIN_MS = 1_000;

/** Counts in this process while the shared store is down, or refuses where that was asked for. */
export class ResilientCounters {
  /** Made for an outage: it sets aside some megabytes. */
  #local: MemoryCounters | undefined;
  #isDown = false;
  #askAgainAtMs = 0;

  constructor(
    private readonly store: Counters,
    private readonly logger: Logger,
  ) {}

  /** @throws AppError SERVICE_UNAVAILABLE when the store is down and `whenDown` says so */
  async use<T>(work: (counters: Counters) => Promise<T>, whenDown: WhenDown): Promise<T> {
    if (this.#isDown && performance.now() < this.#askAgainAtMs) return this.#without(work, whenDown);
    try {
      const result = await work(this.store);
      if (this.#isDown) this.logger.info('rate_limit_store_back');
      this.#isDown = false;
      return result;
    } catch (cause) {
      if (!this.#isDown) this.logger.warn({ error: cause }, 'rate_limit_store_down');
      this.#isDown = true;
      this.#askAgainAtMs = performance.now() + ASK_AGAIN_MS;
      return this.#without(work, whenDown, cause);
    }
  }

  async #without<T>(
    work: (counters: Counters) => Promise<T>,
    whenDown: WhenDown,
    cause?: unknown,
  ): Promise<T> {
    if (whenDown === 'count-here') return work((this.#local ??= new MemoryCounters()));
    throw new AppError('SERVICE_UNAVAILABLE', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}
