import { AsyncResource } from 'node:async_hooks';
import type { HousekeepingConfig } from '../../config';
import type { Logger } from '../telemetry/logger';
import type { Lease } from './lease';

/** Something that grows old: one call removes one batch, and says how many there were. */
export interface HousekeepingTask {
  /** As it stands in the log and in the metrics. */
  readonly name: string;
  /** @param limit the most that may be removed at once */
  readonly removeBatch: (limit: number) => Promise<number>;
}

/** Hears of what is done, for the metrics. */
export interface HousekeepingObserver {
  /** Whether this node is the one that removes for all. */
  holds(isHolder: boolean): void;
  removed(task: string, count: number): void;
  failed(task: string): void;
  /** A round of ours ended. */
  finished(seconds: number): void;
}

export interface HousekeeperParts {
  readonly tasks: readonly HousekeepingTask[];
  readonly lease: Lease;
  readonly config: HousekeepingConfig;
  readonly logger: Logger;
  readonly observer: HousekeepingObserver;
}

/** After a start or a crash of many nodes, they do not all begin at once. */
const FIRST_RUN_MS = { min: 10_000, max: 70_000 };

/** Of the nodes that share a database the housekeeper keeps its lease for so many rounds without a sign of life. */
export function leaseSeconds({ intervalSeconds }: HousekeepingConfig): number {
  return 2 * intervalSeconds;
}

/** Removes what is no longer needed, in small batches. Of all nodes one does so, until it stops or dies. */
export class Housekeeper {
  /** Rounds run in the context of nobody's request. */
  readonly #scope = new AsyncResource('Housekeeper');
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | undefined;
  #stopped = false;
  #isHolder = false;

  constructor(private readonly parts: HousekeeperParts) {}

  /** Whether it is this process that cleans up for all. */
  get isHolder(): boolean {
    return this.#isHolder;
  }

  start(): void {
    const { min, max } = FIRST_RUN_MS;
    this.#wait(min + Math.random() * (max - min));
  }

  /** Ends after the batch under way, and leaves the work to another node. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (!this.#isHolder) return;
    this.#isHolder = false;
    this.parts.observer.holds(false);
    // One that cannot be given back expires.
    await this.parts.lease.release().catch(() => undefined);
  }

  /**
   * Every task once, until nothing is left or enough is done; returns how many of what were removed, and nothing at all
   * while another node does the work.
   */
  async runRound(): Promise<Readonly<Record<string, number>>> {
    if (!(await this.#holdsLease())) return {};
    const startedAt = performance.now();
    const removed: Record<string, number> = {};
    for (const task of this.parts.tasks) removed[task.name] = await this.#work(task);
    this.parts.observer.finished((performance.now() - startedAt) / 1000);
    return removed;
  }

  async #holdsLease(): Promise<boolean> {
    try {
      this.#isHolder = await this.parts.lease.take();
    } catch (error) {
      // The database is away, most likely; the next round tries again.
      this.#isHolder = false;
      this.parts.logger.warn({ error, task: 'lease' }, 'housekeeping_failed');
    }
    this.parts.observer.holds(this.#isHolder);
    return this.#isHolder;
  }

  async #work({ name, removeBatch }: HousekeepingTask): Promise<number> {
    const { config, logger, observer } = this.parts;
    let removed = 0;
    try {
      // A round ends, so that no backlog keeps the database busy; the next one goes on.
      for (let batch = 0; batch < config.maxBatches && !this.#stopped; batch += 1) {
        const found = await removeBatch(config.batchSize);
        removed += found;
        observer.removed(name, found);
        if (found < config.batchSize || !(await this.#holdsLease())) break;
      }
      if (removed > 0) logger.info({ task: name, removed }, 'housekeeping_done');
    } catch (error) {
      logger.warn({ error, task: name }, 'housekeeping_failed');
      observer.failed(name);
    }
    return removed;
  }

  #wait(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#scope.runInAsyncScope(() => this.runRound());
      void this.#running.then(() => this.#wait(this.parts.config.intervalSeconds * 1000));
    }, delayMs).unref();
  }
}
