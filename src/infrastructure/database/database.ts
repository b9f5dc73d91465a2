import { DriverException, UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/core';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { BreakerConfig } from '../../config';
import { AppError } from '../../errors';
import type { Logger } from '../telemetry/logger';
import { CircuitBreaker } from './circuit-breaker';
import { isLockTimeout, isRetryableConflict } from './failures';
import { OwnChanges, type Concerns } from './own-changes';
import { PreparedStatements, type PreparedStatement } from './prepared-statements';

/** How often a unit of work is repeated when the database reports a deadlock or a serialization failure. */
const MAX_CONFLICT_RETRIES = 3;
/** A health check that takes longer has missed its own deadline with most monitors. */
const REACHABLE_WITHIN_MS = 2_000;

export interface UnitOfWorkOptions {
  /** Whose rows it changes; what is remembered of others stays. Everybody's unless it says otherwise. */
  readonly concerns?: Concerns;
}

/** The one way to the data: every call runs on a fork of the EntityManager, inside the circuit breaker. */
export class Database {
  readonly breaker: CircuitBreaker;
  /** By units of work that have ended here, committed or not: what was read before is not relied on. */
  readonly ownChanges = new OwnChanges();
  readonly #callTimeoutMs: number;
  readonly #prepared: PreparedStatements;
  #reaching: Promise<boolean> | undefined;

  constructor(
    private readonly orm: MikroORM,
    breakerConfig: BreakerConfig,
    logger: Logger,
  ) {
    this.#callTimeoutMs = breakerConfig.callTimeoutSeconds * 1000;
    this.#prepared = new PreparedStatements(orm);
    this.breaker = new CircuitBreaker(breakerConfig, () => this.#ping(this.#callTimeoutMs), {
      onOpen: (error) => logger.error({ error }, 'circuit_breaker_opened'),
      onProbeFailed: (error) => logger.warn({ error }, 'circuit_breaker_probe_failed'),
      onClose: () => logger.info('circuit_breaker_closed'),
    });
  }

  /**
   * Runs `work` in one transaction, committed when it returns and rolled back when it throws. `work` may run again after
   * a deadlock, so all it does it does to the database.
   *
   * @throws UniqueConstraintViolationException for the caller to translate; AppError SERVICE_UNAVAILABLE in an outage and
   * when a lock was not free in time, DATABASE_ERROR for any other database failure; whatever `work` throws
   */
  async unitOfWork<T>(
    work: (em: SqlEntityManager) => Promise<T>,
    { concerns = 'everybody' }: UnitOfWorkOptions = {},
  ): Promise<T> {
    return this.#guarded(async () => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await this.#transaction(work).finally(() => this.ownChanges.note(concerns));
        } catch (error) {
          if (!isRetryableConflict(error) || attempt >= MAX_CONFLICT_RETRIES) throw error;
        }
      }
    });
  }

  /** Reads without a transaction: one statement needs none. Throws as `unitOfWork` does. */
  async read<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.#guarded(() => work(this.orm.em.fork()));
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
   * @param concerns whose rows it changes, as for a unit of work
   */
  async statement<Row>(
    statement: PreparedStatement,
    values: readonly unknown[],
    concerns: Concerns = 'nobody',
  ): Promise<Row[]> {
    return this.#guarded(() =>
      this.#prepared.run<Row>(statement, values).finally(() => this.ownChanges.note(concerns)),
    );
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

  close(): void {
    this.breaker.close();
  }

  async #transaction<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#callTimeoutMs;
    return this.orm.em.fork().transactional(async (fork: EntityManager) => {
      const em = fork as SqlEntityManager;
      const result = await work(em);
      await em.flush();
      // The caller was told SERVICE_UNAVAILABLE at the deadline; what it heard failed must not be committed after all.
      if (performance.now() > deadline) throw new AppError('SERVICE_UNAVAILABLE');
      return result;
    });
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.run(work);
    } catch (error) {
      if (isLockTimeout(error)) {
        throw new AppError('SERVICE_UNAVAILABLE', { cause: error, retryAfterSeconds: 1 });
      }
      if (error instanceof DriverException && !(error instanceof UniqueConstraintViolationException)) {
        throw new AppError('DATABASE_ERROR', { cause: error });
      }
      throw error;
    }
  }

  async #ping(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the database did not answer in time')), limitMs);
    });
    try {
      await Promise.race([this.orm.em.getConnection().execute('select 1'), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
