import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { SecurityEventKind } from '../../foundation/security-events';

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

  readonly #events = new Counter({
    name: 'security_events_total',
    help: 'What happened to accounts and sessions, by the kinds that the log names too.',
    labelNames: ['kind'],
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

  /** @param outcome success, or the code of an error in lower case */
  countOutcome(operation: string, outcome: string): void {
    this.#outcomes.inc({ operation, outcome });
  }

  countEvent(kind: SecurityEventKind): void {
    this.#events.inc({ kind });
  }
}
