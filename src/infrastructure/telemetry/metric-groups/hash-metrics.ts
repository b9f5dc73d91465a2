import { Counter, Gauge, type Registry } from 'prom-client';
import type { HashObserver } from '../../crypto/password-hasher';
import { Durations } from '../durations';

/** The queue of the password hashes, which is what a gateway under load runs out of first. */
export class HashMetrics implements HashObserver {
  readonly #waits: Durations<never>;
  readonly #durations: Durations<never>;
  readonly #refused: Counter<'reason'>;

  constructor(private readonly registry: Registry) {
    this.#waits = new Durations(registry, {
      name: 'password_hash_wait_seconds',
      help: 'How long a hash waited for a thread.',
      labelNames: [],
      buckets: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    });
    this.#durations = new Durations(registry, {
      name: 'password_hash_duration_seconds',
      help: 'How long a thread worked on a hash.',
      labelNames: [],
      buckets: [0.01, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5],
    });
    this.#refused = new Counter({
      name: 'password_hash_refused_total',
      help: 'Hashes that found no place in the queue, or whose client went while they waited.',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of ['full', 'aborted']) this.#refused.inc({ reason }, 0);
  }

  /** Asked when somebody reads the metrics. */
  watch(hasher: { readonly queued: number; readonly running: number }): void {
    const registers = [this.registry];
    gauge('password_hash_queue_length', 'Hashes that wait for a thread.', registers, () => hasher.queued);
    gauge('password_hash_running', 'Hashes that a thread works on.', registers, () => hasher.running);
  }

  waited(seconds: number): void {
    this.#waits.observe(seconds);
  }

  hashed(seconds: number): void {
    this.#durations.observe(seconds);
  }

  refused(reason: 'full' | 'aborted'): void {
    this.#refused.inc({ reason });
  }
}

function gauge(name: string, help: string, registers: Registry[], value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}
