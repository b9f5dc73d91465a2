import { DriverException, UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/core';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { BreakerConfig, PoolMode } from '../../config';
import { AppError } from '../../errors';
import type { Logger } from '../telemetry/logger';
import { traced, type SpanOptions } from '../telemetry/tracing/tracing';
import { CircuitBreaker } from './circuit-breaker';
import { isLockTimeout, isReadOnlyServer, isRetryableConflict } from './failures';
import { retryingConflicts } from './conflicts';
import { OwnChanges, type Concerns } from './own-changes';
import { PreparedStatements, type PreparedStatement } from './prepared-statements';
import type { Replicas } from './replicas';
import { preparedSpan, traceStatements } from './statement-tracing';
import { within } from './within';

/** A health check that takes longer has missed its own deadline with most monitors. */
const REACHABLE_WITHIN_MS = 2_000;

export interface UnitOfWorkOptions {
  /** Whose rows it changes; what is remembered of others stays. Everybody's unless it says otherwise. */
  readonly concerns?: Concerns;
}

/** Of a user's rows those alone that `staleRead` reads; nothing else is remembered of them. */
export interface StaleRowsOf {
  readonly staleRowsOf: number;
}

/** What a server answers; `replica_read` is a try, which the primary does again when it fails. */
export type CallKind = 'read' | 'statement' | 'unit_of_work' | 'replica_read';
export type BreakerTransition = 'open' | 'probe_failed' | 'closed';

/** Hears of every call, for the metrics. */
export interface DatabaseObserver {
  called(kind: CallKind, outcome: 'success' | 'failure', seconds: number): void;
  breaker(to: BreakerTransition): void;
}

const NOBODY: DatabaseObserver = { called: () => undefined, breaker: () => undefined };

export interface DatabaseParts {
  readonly observer?: DatabaseObserver;
  /** For `staleRead`; whoever passes them closes them. */
  readonly replicas?: Replicas | undefined;
}

/** What knex has a pool of connections in. */
interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** The one way to the data: every call runs on a fork of the EntityManager, inside the circuit breaker. */
export class Database {
  readonly breaker: CircuitBreaker;
  /** By units of work that have ended here, committed or not: what was read before is not relied on. */
  readonly ownChanges = new OwnChanges();
  readonly #callTimeoutMs: number;
  readonly #prepared: PreparedStatements;
  readonly #onConflict: (conflict: unknown) => void;
  readonly #observer: DatabaseObserver;
  readonly #replicas: Replicas | undefined;
  #reaching: Promise<boolean> | undefined;

  constructor(
    private readonly orm: MikroORM,
    breakerConfig: BreakerConfig,
    logger: Logger,
    poolMode: PoolMode,
    { observer = NOBODY, replicas }: DatabaseParts = {},
  ) {
    this.#observer = observer;
    this.#replicas = replicas;
    this.#callTimeoutMs = breakerConfig.callTimeoutSeconds * 1000;
    this.#prepared = new PreparedStatements(orm, poolMode === 'session');
    traceStatements(orm);
    this.#onConflict = (conflict) => logger.debug({ error: conflict }, 'database_conflict_retried');
    this.breaker = new CircuitBreaker(breakerConfig, () => this.#ping(this.#callTimeoutMs), {
      onOpen: (error) => {
        observer.breaker('open');
        logger.error({ error }, 'circuit_breaker_opened');
      },
      onProbeFailed: (error) => {
        observer.breaker('probe_failed');
        logger.warn({ error }, 'circuit_breaker_probe_failed');
      },
      onClose: () => {
        observer.breaker('closed');
        logger.info('circuit_breaker_closed');
      },
    });
  }

  /**
   * Runs `work` in one transaction, committed when it returns and rolled back when it throws. `work` may run again after
   * a conflict with another transaction, so all it does it does to the database.
   *
   * @throws UniqueConstraintViolationException for the caller to translate; AppError SERVICE_UNAVAILABLE in an outage and
   * when a lock was not free in time, others were always faster, or the server takes no changes, DATABASE_ERROR for any other database failure; whatever `work` throws
   */
  async unitOfWork<T>(
    work: (em: SqlEntityManager) => Promise<T>,
    { concerns = 'everybody' }: UnitOfWorkOptions = {},
  ): Promise<T> {
    return this.#guarded('unit_of_work', (deadline) =>
      this.#transaction(work, deadline).finally(() => this.ownChanges.note(concerns)),
    );
  }

  /** Reads without a transaction: one statement needs none. Throws as `unitOfWork` does. */
  async read<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.#guarded('read', () => work(this.orm.em.fork()));
  }

  /**
   * For what is expensive before the first call, such as hashing a password.
   * @throws AppError SERVICE_UNAVAILABLE while the breaker is open
   */
  assertAvailable(): void {
    this.breaker.assertClosed();
  }

  /**
   * Runs one statement, prepared by its name. One that changes data is a transaction of its own, and spares what `unitOfWork`
   * adds: two round trips, and most of the processor time. Throws as `unitOfWork` does.
   *
   * @param concerns whose rows it changes, as for a unit of work; of those that replicas are asked for, it must be told
   */
  async statement<Row>(
    statement: PreparedStatement,
    values: readonly unknown[],
    concerns: Concerns | StaleRowsOf = 'nobody',
  ): Promise<Row[]> {
    const run = (): Promise<Row[]> =>
      this.#prepared.run<Row>(statement, values).finally(() => this.#note(concerns));
    return this.#guarded('statement', () => traced(() => preparedSpan(statement), run));
  }

  /**
   * Reads what decides nothing and may be stale: from a replica where there is one that is well, else by `statement`. It is
   * behind by DATABASE_REPLICA_LAG_SECONDS at most, and by nothing of what this process has written. Throws as `unitOfWork` does.
   *
   * @param ownerId whose rows are read; without, what this process wrote may be missing
   */
  async staleRead<Row>(
    statement: PreparedStatement,
    values: readonly unknown[],
    ownerId?: number,
  ): Promise<Row[]> {
    const rows = this.#replicas && (await this.#replicas.read<Row>(statement, values, ownerId));
    return rows ?? this.statement<Row>(statement, values);
  }

  /** Somebody knows already what a replica may not have yet: for a while `staleRead` asks none for this owner's rows. */
  wasTold(ownerId: number): void {
    this.#replicas?.changed(ownerId);
  }

  /** True when the database answers now; goes round the breaker, so that it tells of the database and nothing else. */
  async isReachable(): Promise<boolean> {
    // Whoever asks while an answer is awaited shares it: monitors must not fill the pool of a database that hangs.
    this.#reaching ??= this.#ping(Math.min(this.#callTimeoutMs, REACHABLE_WITHIN_MS))
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.#reaching = undefined));
    return this.#reaching;
  }

  /** Of this process: connections in use and free, and calls that wait for one. */
  get connections(): Readonly<Record<'used' | 'free' | 'pending', number>> {
    // None once it is closed: the last count of a worker is taken after that.
    const { pool } = this.orm.em.getConnection().getKnex().client as { readonly pool?: Pool };
    if (!pool) return { used: 0, free: 0, pending: 0 };
    return { used: pool.numUsed(), free: pool.numFree(), pending: pool.numPendingAcquires() };
  }

  close(): void {
    this.breaker.close();
  }

  #note(concerns: Concerns | StaleRowsOf): void {
    if (typeof concerns === 'object') this.wasTold(concerns.staleRowsOf);
    else this.ownChanges.note(concerns);
  }

  async #transaction<T>(work: (em: SqlEntityManager) => Promise<T>, deadline: number): Promise<T> {
    return this.orm.em.fork().transactional(async (fork: EntityManager) => {
      const em = fork as SqlEntityManager;
      const result = await work(em);
      await em.flush();
      // The caller was told SERVICE_UNAVAILABLE at the deadline; what it heard failed must not be committed after all.
      if (performance.now() > deadline) throw new AppError('SERVICE_UNAVAILABLE');
      return result;
    });
  }

  /** @param work is given the deadline of all its attempts together, after which the caller has heard that it failed */
  async #guarded<T>(kind: CallKind, work: (deadline: number) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const deadline = startedAt + this.#callTimeoutMs;
    try {
      const run = (): Promise<T> =>
        this.breaker.run(() => retryingConflicts(() => work(deadline), deadline, this.#onConflict));
      const result = await (kind === 'statement' ? run() : traced(() => callSpan(kind), run));
      this.#observer.called(kind, 'success', (performance.now() - startedAt) / 1000);
      return result;
    } catch (error) {
      this.#observer.called(kind, outcomeOf(error), (performance.now() - startedAt) / 1000);
      if (isLockTimeout(error) || isRetryableConflict(error) || isReadOnlyServer(error)) {
        throw new AppError('SERVICE_UNAVAILABLE', { cause: error, retryAfterSeconds: 1 });
      }
      if (error instanceof DriverException && !(error instanceof UniqueConstraintViolationException)) {
        throw new AppError('DATABASE_ERROR', { cause: error });
      }
      throw error;
    }
  }

  async #ping(limitMs: number): Promise<void> {
    await within(limitMs, 'the database', this.orm.em.getConnection().execute('select 1'));
  }
}

function callSpan(kind: CallKind): SpanOptions {
  return { name: `database ${kind}`, kind: 'internal', attributes: {} };
}

/** A refusal that the work itself decides on is a success of the database. */
function outcomeOf(error: unknown): 'success' | 'failure' {
  if (error instanceof AppError) return error.code === 'SERVICE_UNAVAILABLE' ? 'failure' : 'success';
  return error instanceof UniqueConstraintViolationException ? 'success' : 'failure';
}
