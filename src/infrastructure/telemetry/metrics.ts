import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { SecurityEventKind } from '../../foundation/security-events';
import type { LimitedAction } from '../../foundation/surface';
import { Durations } from './durations';
import type { LogSink } from './log-sinks/log-sink';
import { DatabaseMetrics } from './metric-groups/database-metrics';
import { HashMetrics } from './metric-groups/hash-metrics';
import { HousekeepingMetrics } from './metric-groups/housekeeping-metrics';
import { MailMetrics } from './metric-groups/mail-metrics';
import type { MetricsSnapshot } from './summed-metrics';

export interface HttpObservation {
  readonly method: string;
  /** The pattern, never the path: paths are without number. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Alarms are about the first of these as well, and a counter that is not there yet has no increase. */
const ALARMING: readonly SecurityEventKind[] = ['refresh_token.reused', 'login.failed', 'login.succeeded'];

/** What `/metrics` tells Prometheus. Each app has a registry of its own. All labels come from sets that we know. */
export class Metrics {
  readonly #registry = new Registry();
  readonly housekeeping = new HousekeepingMetrics(this.#registry);
  readonly hashing = new HashMetrics(this.#registry);
  readonly database = new DatabaseMetrics(this.#registry);
  readonly mail = new MailMetrics(this.#registry);
  readonly #requests = new Durations(this.#registry, {
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    counter: { name: 'http_requests_total', help: 'Requests answered.' },
  });
  readonly #operations = new Durations(this.#registry, {
    name: 'graphql_operation_duration_seconds',
    help: 'Time of a GraphQL operation, by each field of the schema that it asks for at its root.',
    labelNames: ['type', 'field', 'outcome'],
    buckets: REQUEST_BUCKETS,
    counter: {
      name: 'graphql_operations_total',
      help: 'GraphQL operations by their kind, root field and outcome: success, or the code of the error.',
    },
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
  readonly #refusals = new Counter({
    name: 'rate_limit_refusals_total',
    help: 'Requests refused by a rate limit, by what they tried; login_delay: too many wrong passwords.',
    labelNames: ['action'],
    registers: [this.#registry],
  });
  readonly #credits = new Counter({
    name: 'credits_booked_total',
    help: 'Credits booked, as an amount; security_events_total has the number of bookings.',
    labelNames: ['type'],
    registers: [this.#registry],
  });

  constructor(version: string, sinks: readonly LogSink[] = []) {
    collectDefaultMetrics({ register: this.#registry });
    const build = new Gauge({
      name: 'gateway_build_info',
      help: 'Always 1; its labels tell what is running.',
      labelNames: ['version', 'node_version'],
      registers: [this.#registry],
    });
    build.set({ version, node_version: process.version }, 1);
    for (const kind of ALARMING) this.#events.inc({ kind }, 0);
    new Counter({
      name: 'log_lines_dropped_total',
      help: 'Log lines lost because a sink did not keep up.',
      labelNames: ['sink'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { name, dropped } of sinks) this.inc({ sink: name }, dropped);
      },
    });
  }

  /** In Prometheus's text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** What was counted so far, to be summed with what other processes counted. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }

  observeHttp({ method, route, status, seconds }: HttpObservation): void {
    this.#requests.observe(seconds, method, route, String(status));
  }

  /** @param field of the schema; never an alias, nor the name that the client gave the operation */
  observeOperation(type: string, field: string, outcome: string, seconds: number): void {
    this.#operations.observe(seconds, type, field, outcome);
  }

  /** @param outcome success, or the code of an error in lower case */
  countOutcome(operation: string, outcome: string): void {
    this.#outcomes.inc({ operation, outcome });
  }

  countEvent(kind: SecurityEventKind): void {
    this.#events.inc({ kind });
  }

  countRefusal(action: LimitedAction | 'login_delay'): void {
    this.#refusals.inc({ action });
  }

  countCredits(type: string, amount: number): void {
    this.#credits.inc({ type }, amount);
  }
}
