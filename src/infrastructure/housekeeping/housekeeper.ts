import { AsyncResource } from 'node:async_hooks';
import type { Logger } from '../telemetry/logger';

/** Something that grows old: one call removes one batch, and says how many there were. */
export interface HousekeepingTask {
  /** As it stands in the log. */
  readonly name: string;
  readonly removeBatch: () => Promise<number>;
}

const INTERVAL_MS = 60 * 60 * 1000;
/** After a start or a crash of many nodes, they do not all begin at once. */
const FIRST_RUN_MS = { min: 10_000, max: 70_000 };
/** A round ends then, so that no backlog keeps the database busy; the next one goes on. */
const MAX_BATCHES = 1_000;

/** Removes what is no longer needed, in small batches. Any number of nodes may do so; each finds what others left. */
export class Housekeeper {
  /** Rounds run in the context of nobody's request. */
  readonly #scope = new AsyncResource('Housekeeper');
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | undefined;
  #stopped = false;

  constructor(
    private readonly tasks: readonly HousekeepingTask[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    const { min, max } = FIRST_RUN_MS;
    this.#wait(min + Math.random() * (max - min));
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Every task once, until nothing is left or enough is done; returns how many of what were removed. */
  async runRound(): Promise<Readonly<Record<string, number>>> {
    const removed: Record<string, number> = {};
    for (const task of this.tasks) removed[task.name] = await this.#work(task);
    return removed;
  }

  async #work({ name, removeBatch }: HousekeepingTask): Promise<number> {
    let removed = 0;
    try {
      for (let batch = 0; batch < MAX_BATCHES && !this.#stopped; batch += 1) {
        const found = await removeBatch();
        if (found === 0) break;
        removed += found;
      }
      if (removed > 0) this.logger.info({ task: name, removed }, 'housekeeping_done');
    } catch (error) {
      // The database is away, most likely; the next round tries again.
      this.logger.warn({ error, task: name }, 'housekeeping_failed');
    }
    return removed;
  }

  #wait(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#scope.runInAsyncScope(() => this.runRound());
      void this.#running.then(() => this.#wait(INTERVAL_MS));
    }, delayMs).unref();
  }
}
