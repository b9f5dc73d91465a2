import { Counter, Gauge, type Registry } from 'prom-client';
import type { BreakerTransition, CallKind, DatabaseObserver } from '../../database/database';
import { Durations } from '../durations';

/** Calls, connections and the circuit breaker. */
export class DatabaseMetrics implements DatabaseObserver {
  readonly #calls: Durations<'kind' | 'outcome'>;
  readonly #transitions: Counter<'to'>;

  constructor(private readonly registry: Registry) {
    this.#calls = new Durations(registry, {
      name: 'database_call_duration_seconds',
      help: 'Time of a call, with the wait for a connection: reads, single statements, units of work, tries at replicas.',
      labelNames: ['kind', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
    this.#transitions = new Counter({
      name: 'circuit_breaker_transitions_total',
      help: 'Changes of the circuit breaker: open, probe_failed, closed.',
      labelNames: ['to'],
      registers: [registry],
    });
    for (const to of ['open', 'probe_failed', 'closed']) this.#transitions.inc({ to }, 0);
  }

  /** Asked when somebody reads the metrics. */
  watch(database: {
    readonly breaker: { readonly state: { readonly kind: string } };
    readonly connections: Readonly<Record<'used' | 'free' | 'pending', number>>;
  }): void {
    const registers = [this.registry];
    new Gauge({
      name: 'circuit_breaker_open',
      help: '1 while calls to the database are refused.',
      registers,
      collect() {
        this.set(database.breaker.state.kind === 'closed' ? 0 : 1);
      },
    });
    new Gauge({
      name: 'database_pool_connections',
      help: 'Connections of this process in use and free, and calls that wait for one (pending).',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(database.connections)) this.set({ state }, count);
      },
    });
  }

  /** Where there are any. */
  watchReplicas(replicas: { readonly counts: Readonly<Record<'up' | 'down', number>> }): void {
    new Gauge({
      name: 'database_replicas',
      help: 'Replicas that are read, and those that are down or too far behind.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const [state, count] of Object.entries(replicas.counts)) this.set({ state }, count);
      },
    });
  }

  called(kind: CallKind, outcome: 'success' | 'failure', seconds: number): void {
    this.#calls.observe(seconds, kind, outcome);
  }

  breaker(to: BreakerTransition): void {
    this.#transitions.inc({ to });
  }
}
