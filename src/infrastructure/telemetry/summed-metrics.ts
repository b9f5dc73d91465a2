import type * as promClient from 'prom-client';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** Every metric of a process with its values, and how those of several processes become one. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * One text of what several processes counted. What one counted that has ended stays in the sum: a counter that falls looks
 * to Prometheus like a restart, and everything counted before as new.
 */
export class SummedMetrics {
  readonly #workers;
  readonly #deaths;
  readonly #own;
  readonly #sum;
  readonly #living = new Map<object, MetricsSnapshot>();
  #ended: MetricsSnapshot = [];
  #folding = Promise.resolve();

  constructor() {
    // Here, because just one process of several needs it, and a single one none of this.
    const { AggregatorRegistry, Counter, Gauge, Registry } = require('prom-client') as typeof promClient;
    this.#sum = (snapshots: MetricsSnapshot[]) => AggregatorRegistry.aggregate(snapshots);
    this.#own = new Registry();
    const registers = [this.#own];
    this.#workers = new Gauge({ name: 'workers', help: 'Processes that serve.', registers });
    this.#deaths = new Counter({
      name: 'worker_deaths_total',
      help: 'Processes that ended unasked, and are replaced.',
      registers,
    });
  }

  countDeath(): void {
    this.#deaths.inc();
  }

  /** @param who the process that counted it; what it said before is replaced */
  hear(who: object, snapshot: MetricsSnapshot): void {
    this.#living.set(who, snapshot);
  }

  /** Keeps what a process that has ended counted; how much memory it took is of no interest any more. */
  end(who: object): void {
    this.#folding = this.#folding.then(async () => {
      const counted = this.#living.get(who)?.filter(({ type }) => isCounting(String(type))) ?? [];
      const ended = await this.#sum([this.#ended, counted]).getMetricsAsJSON();
      // At once, so that no sum has it twice or not at all.
      this.#ended = ended;
      this.#living.delete(who);
    });
  }

  /** In Prometheus's text format. */
  async text(): Promise<string> {
    this.#workers.set(this.#living.size);
    const parts = [this.#sum([...this.#living.values(), this.#ended]).metrics(), this.#own.metrics()];
    return (await Promise.all(parts)).join('\n');
  }
}

function isCounting(type: string): boolean {
  return type === 'counter' || type === 'histogram';
}
