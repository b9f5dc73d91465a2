import { Counter, Gauge, type Registry } from 'prom-client';
import type { HousekeepingObserver } from '../../housekeeping/housekeeper';

/** What is removed, and whether anybody does. */
export class HousekeepingMetrics implements HousekeepingObserver {
  readonly #removed: Counter<'task'>;
  readonly #failures: Counter<'task'>;
  readonly #holder: Gauge;
  readonly #lastRun: Gauge;
  readonly #duration: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#removed = new Counter({
      name: 'housekeeping_removed_total',
      help: 'Rows removed because nobody needs them any more.',
      labelNames: ['task'],
      registers,
    });
    this.#failures = new Counter({
      name: 'housekeeping_failures_total',
      help: 'Rounds of a task that failed.',
      labelNames: ['task'],
      registers,
    });
    this.#holder = new Gauge({
      name: 'housekeeping_holder',
      help: '1 on the node that removes for all.',
      registers,
    });
    this.#lastRun = new Gauge({
      name: 'housekeeping_last_run_timestamp_seconds',
      help: 'When this node ended its latest round; 0 before the first.',
      registers,
    });
    this.#duration = new Gauge({
      name: 'housekeeping_duration_seconds',
      help: 'How long the latest round of this node took.',
      registers,
    });
  }

  holds(isHolder: boolean): void {
    this.#holder.set(isHolder ? 1 : 0);
  }

  removed(task: string, count: number): void {
    this.#removed.inc({ task }, count);
  }

  failed(task: string): void {
    this.#failures.inc({ task });
  }

  finished(seconds: number): void {
    this.#lastRun.setToCurrentTime();
    this.#duration.set(seconds);
  }
}
