import type { Clock } from '../../foundation/clock';
import type { Database } from '../database/database';
import type { BreakerState } from '../database/circuit-breaker';

export interface HealthReport {
  /** Degraded: every request is served, but not as well as asked for. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly service: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly version: string;
  readonly uptime_seconds: number;
  readonly checks: {
    readonly database: {
      readonly status: 'up' | 'down';
      readonly kind: 'embedded' | 'postgresql';
      readonly latency_ms: number;
      readonly circuit_breaker: {
        readonly state: BreakerState['kind'];
        readonly consecutive_failures: number;
        /** Seconds; only while open. */
        readonly retry_after?: number;
        /** Over the last ten seconds. */
        readonly calls: number;
        readonly failures: number;
        readonly timeouts: number;
        readonly rejected: number;
        readonly mean_duration_ms: number;
        readonly p99_duration_ms: number;
      };
    };
    /** Only where counters are to be in Redis; while it is down each process counts for itself. */
    readonly redis?: { readonly status: 'up' | 'down' };
    readonly password_hashing: { readonly running: number; readonly queued: number };
  };
}

/** A store that does not answer; for operators, not for strangers. */
export interface StoreOutage {
  readonly host: string;
  readonly reason: string;
}

export interface ServiceIdentity {
  readonly name: string;
  readonly version: string;
  readonly databaseKind: 'embedded' | 'postgresql';
}

/** Answers how the service is: for people and monitors (`report`), and for load balancers (`isReady`). */
export class Health {
  readonly #startedAtMs = performance.now();
  #stopping = false;

  constructor(
    readonly service: ServiceIdentity,
    private readonly database: Database,
    private readonly hashing: { readonly running: number; readonly queued: number },
    private readonly clock: Clock,
    private readonly redisOutage?: () => Promise<StoreOutage | undefined>,
  ) {}

  /** From here on the service is not ready, so that load balancers send nothing new while it finishes. */
  markStopping(): void {
    this.#stopping = true;
  }

  get uptimeSeconds(): number {
    return Math.floor((performance.now() - this.#startedAtMs) / 1000);
  }

  async isReady(): Promise<boolean> {
    return (
      !this.#stopping && this.database.breaker.state.kind === 'closed' && (await this.database.isReachable())
    );
  }

  async report(): Promise<HealthReport> {
    const asked = performance.now();
    const askedRedis = this.redisOutage?.();
    const reachable = await this.database.isReachable();
    const latencyMs = Math.round(performance.now() - asked);
    const isRedisDown = (await askedRedis) !== undefined;
    const { name, version, databaseKind } = this.service;
    const works = reachable && this.database.breaker.state.kind === 'closed';
    return {
      status: works ? (isRedisDown ? 'degraded' : 'healthy') : 'unhealthy',
      service: name,
      timestamp: this.clock.now().toISOString(),
      version,
      uptime_seconds: this.uptimeSeconds,
      checks: {
        database: {
          status: reachable ? 'up' : 'down',
          kind: databaseKind,
          latency_ms: latencyMs,
          circuit_breaker: this.#breaker(),
        },
        ...(askedRedis && { redis: { status: isRedisDown ? ('down' as const) : ('up' as const) } }),
        password_hashing: { running: this.hashing.running, queued: this.hashing.queued },
      },
    };
  }

  #breaker(): HealthReport['checks']['database']['circuit_breaker'] {
    const { state, statistics } = this.database.breaker;
    return {
      state: state.kind,
      consecutive_failures: state.kind === 'closed' ? state.consecutiveFailures : 0,
      ...(state.kind === 'open' && { retry_after: Math.ceil(state.retryAfterSeconds) }),
      calls: statistics.calls,
      failures: statistics.failures,
      timeouts: statistics.timeouts,
      rejected: statistics.rejected,
      mean_duration_ms: statistics.meanDurationMs,
      p99_duration_ms: statistics.p99DurationMs,
    };
  }
}
