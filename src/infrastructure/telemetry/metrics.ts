import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { AppError } from '../../errors';

export interface HttpObservation {
  readonly method: string;
  /** The pattern, never the path: paths are without number. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What `/metrics` tells Prometheus. Each app has a registry of its own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.#registry],
  });
  readonly #outcomes = new Counter({
    name: 'auth_operations_total',
    help: 'Registrations, logins, verifications and resets by outcome: success, or the code of the error.',
    labelNames: ['operation', 'outcome'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** In Prometheus's text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  observeHttp({ method, route, status, seconds }: HttpObservation): void {
    const labels = { method, route, status: String(status) };
    this.#requests.inc(labels);
    this.#durations.observe(labels, seconds);
  }

  /**
   * Counts how each call of a service's method ends, whichever protocol it came in through. The service itself need not
   * know that it is counted.
   */
  countOutcomes<Name extends string>(
    operation: string,
    service: Partial<Record<Name, (...values: never[]) => Promise<unknown>>>,
    method: Name,
  ): void {
    const original = service[method]?.bind(service) as (...values: unknown[]) => Promise<unknown>;
    const counted = async (...values: unknown[]): Promise<unknown> => {
      try {
        const result = await original(...values);
        this.#outcomes.inc({ operation, outcome: 'success' });
        return result;
      } catch (error) {
        const outcome = error instanceof AppError ? error.code.toLowerCase() : 'internal_error';
        this.#outcomes.inc({ operation, outcome });
        throw error;
      }
    };
    Object.assign(service, { [method]: counted });
  }
}
