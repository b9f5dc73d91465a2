import Brakes from 'brakes';
import CircuitBrokenError from 'brakes/lib/CircuitBrokenError';
import type { BreakerConfig } from '../../config';
import { AppError } from '../../errors';
import { isInfrastructureFailure } from './failures';

export type BreakerState =
  | { readonly kind: 'closed'; readonly consecutiveFailures: number }
  | { readonly kind: 'open'; readonly retryAfterSeconds: number }
  | { readonly kind: 'half-open' };

/** Over the last ten seconds; durations in milliseconds. */
export interface BreakerStatistics {
  readonly calls: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly rejected: number;
  readonly meanDurationMs: number;
  readonly p99DurationMs: number;
}

export interface BreakerEvents {
  readonly onOpen: (cause: unknown) => void;
  readonly onProbeFailed: (cause: unknown) => void;
  readonly onClose: () => void;
}

type Work = () => Promise<unknown>;

/** Bounds that keep brakes' own ratio rule from ever firing: we count failures in a row, as the configuration says. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * brakes opens on a success ratio over a window, so that a busy server would go on failing for as long as its window
 * remembers good times. An outage is told by failures in a row instead.
 */
class ConsecutiveFailureBrakes extends Brakes<[Work], unknown> {
  consecutiveFailures = 0;
  lastFailure: unknown;

  countFailures(threshold: number): void {
    const failed = (_durationMs: number, error: unknown, generation: number): void => {
      if (this.isOpen() || generation !== this._circuitGeneration) return;
      this.lastFailure = error;
      this.consecutiveFailures += 1;
      if (this.consecutiveFailures >= threshold) this._open();
    };
    this.on('failure', failed);
    this.on('timeout', failed);
    this.on('success', () => (this.consecutiveFailures = 0));
    this.on('circuitClosed', () => (this.consecutiveFailures = 0));
  }
}

/**
 * Closed: every call runs. Open: every call fails at once with SERVICE_UNAVAILABLE. Half-open: one probe at a time, every
 * recovery timeout; the first that succeeds closes the circuit, so that waiting clients never storm a server that
 * is still broken.
 */
export class CircuitBreaker {
  readonly #brakes: ConsecutiveFailureBrakes;
  readonly #recoveryTimeoutMs: number;
  #openedAtMs = 0;
  #probing = false;
  #statistics: BreakerStatistics = {
    calls: 0,
    failures: 0,
    timeouts: 0,
    rejected: 0,
    meanDurationMs: 0,
    p99DurationMs: 0,
  };

  /** @param probe a cheap call that succeeds exactly when the dependency is well */
  constructor(config: BreakerConfig, probe: () => Promise<unknown>, events: BreakerEvents) {
    this.#recoveryTimeoutMs = config.recoveryTimeoutSeconds * 1000;
    this.#brakes = new ConsecutiveFailureBrakes((work) => work(), {
      name: 'database',
      bucketSpan: 1000,
      bucketNum: 10,
      timeout: config.callTimeoutSeconds * 1000,
      waitThreshold: NEVER,
      healthCheck: () => this.#probe(probe),
      healthCheckInterval: this.#recoveryTimeoutMs,
      isPromise: true,
      modifyError: false,
      registerGlobal: false,
      isFailure: isInfrastructureFailure,
    });
    this.#brakes.countFailures(config.failureThreshold);
    this.#listen(events);
  }

  get state(): BreakerState {
    if (!this.#brakes.isOpen())
      return { kind: 'closed', consecutiveFailures: this.#brakes.consecutiveFailures };
    if (this.#probing) return { kind: 'half-open' };
    return { kind: 'open', retryAfterSeconds: this.#secondsToNextProbe() };
  }

  get statistics(): BreakerStatistics {
    return this.#statistics;
  }

  /**
   * @throws AppError SERVICE_UNAVAILABLE with the seconds to the next probe while open, or when this call met an outage;
   * whatever else `work` throws comes through unchanged
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return (await this.#brakes.exec(work)) as T;
    } catch (cause) {
      if (cause instanceof CircuitBrokenError || isInfrastructureFailure(cause)) {
        const open = this.#brakes.isOpen();
        throw new AppError('SERVICE_UNAVAILABLE', {
          cause,
          retryAfterSeconds: open ? this.#secondsToNextProbe() : 1,
        });
      }
      throw cause;
    }
  }

  /** @throws AppError SERVICE_UNAVAILABLE with the seconds to the next probe while open */
  assertClosed(): void {
    if (!this.#brakes.isOpen()) return;
    throw new AppError('SERVICE_UNAVAILABLE', { retryAfterSeconds: this.#secondsToNextProbe() });
  }

  close(): void {
    this.#brakes.destroy();
  }

  async #probe(probe: () => Promise<unknown>): Promise<void> {
    if (this.#probing) throw new Error('the probe before is still under way');
    this.#probing = true;
    try {
      await probe();
    } finally {
      this.#probing = false;
    }
  }

  #secondsToNextProbe(): number {
    const openForMs = performance.now() - this.#openedAtMs;
    return (this.#recoveryTimeoutMs - (openForMs % this.#recoveryTimeoutMs)) / 1000;
  }

  #listen(events: BreakerEvents): void {
    this.#brakes.on('circuitOpen', () => {
      this.#openedAtMs = performance.now();
      events.onOpen(this.#brakes.lastFailure);
    });
    this.#brakes.on('circuitClosed', events.onClose);
    this.#brakes.on('healthCheckFailed', events.onProbeFailed);
    this.#brakes.on('snapshot', ({ stats }: { stats: Brakes.Totals }) => {
      this.#statistics = {
        calls: stats.total,
        failures: stats.failed,
        timeouts: stats.timedOut,
        rejected: stats.shortCircuited,
        meanDurationMs: stats.latencyMean,
        p99DurationMs: stats.percentiles['0.99'] ?? 0,
      };
    });
  }
}
