import type { Metric, Registry } from 'prom-client';

export interface DurationsOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Upper bounds in seconds, rising. */
  readonly buckets: readonly number[];
  /** Gives the numbers of observations under a name of their own, too. */
  readonly counter?: { readonly name: string; readonly help: string };
}

/** What was observed under one combination of labels. */
interface Tally {
  readonly labels: readonly string[];
  /** One for each bucket, and one for what is above the last. */
  readonly counts: number[];
  sum: number;
}

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * A Prometheus histogram for hot paths: observing is a look-up and three additions, a tenth of what prom-client's own costs
 * with labels; the text is made when somebody asks. Labels must come from bounded sets.
 */
export class Durations<Label extends string> {
  readonly #tallies = new Map<string, Tally>();

  constructor(
    registry: Registry,
    private readonly options: DurationsOptions<Label>,
  ) {
    const { name, help, counter } = options;
    registry.registerMetric(exported(name, help, 'histogram', () => this.#histogram()));
    if (counter)
      registry.registerMetric(exported(counter.name, counter.help, 'counter', () => this.#counts()));
  }

  /** @param labels in the order of `labelNames` */
  observe(seconds: number, ...labels: readonly string[]): void {
    const tally = this.#tallyOf(labels);
    const { buckets } = this.options;
    let bucket = 0;
    while (bucket < buckets.length && seconds > (buckets[bucket] ?? Infinity)) bucket += 1;
    tally.counts[bucket] = (tally.counts[bucket] ?? 0) + 1;
    tally.sum += seconds;
  }

  #tallyOf(labels: readonly string[]): Tally {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\n');
    const known = this.#tallies.get(key);
    if (known) return known;
    const fresh = { labels, counts: this.options.buckets.map(() => 0).concat(0), sum: 0 };
    this.#tallies.set(key, fresh);
    return fresh;
  }

  #histogram(): Value[] {
    const { name, buckets } = this.options;
    return [...this.#tallies.values()].flatMap((tally) => {
      const labels = this.#named(tally);
      let count = 0;
      const values = tally.counts.map((inBucket, index): Value => {
        count += inBucket;
        const le = buckets[index] ?? '+Inf';
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
      });
      const sum = { metricName: `${name}_sum`, labels, value: tally.sum };
      return [...values, sum, { metricName: `${name}_count`, labels, value: count }];
    });
  }

  #counts(): Value[] {
    return [...this.#tallies.values()].map((tally) => ({
      labels: this.#named(tally),
      value: tally.counts.reduce((sum, inBucket) => sum + inBucket, 0),
    }));
  }

  #named({ labels }: Tally): Record<string, string> {
    return Object.fromEntries(this.options.labelNames.map((label, index) => [label, labels[index] ?? '']));
  }
}

/** prom-client asks of what it registers no more than this, though its types do. */
function exported(name: string, help: string, type: 'histogram' | 'counter', values: () => Value[]): Metric {
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: () => Promise.resolve({ name, help, type, aggregator: 'sum', values: values() }),
    reset: () => undefined,
  };
  return metric as unknown as Metric;
}
