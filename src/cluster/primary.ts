import cluster from 'node:cluster';
import type { Config } from '../config';
import { SummedMetrics } from '../infrastructure/telemetry/summed-metrics';
import type { Logger } from '../infrastructure/telemetry/logger';
import { WORKER_FLAG, type ToPrimary } from './messages';
import { RestartDelay } from './restart-delay';
import { WorkerHandle, type Exit } from './worker-handle';

/** How much later than its own time limit a worker that does not end is killed. */
const KILL_AFTER_MS = 5_000;

/** Starts the workers, replaces those that end, and serves nothing itself. */
export class Primary {
  readonly #workers = new Set<WorkerHandle>();
  readonly #restartDelay = new RestartDelay();
  readonly #metrics = new SummedMetrics();
  /** The one that sends the mails and does the housekeeping. */
  #onDuty: WorkerHandle | undefined;
  #isServing = false;
  #isStopping = false;
  #reloading: Promise<void> = Promise.resolve();
  #reloadsWaiting = 0;

  constructor(
    private config: Config,
    private readonly logger: Logger,
  ) {
    cluster.setupPrimary({ args: [...process.argv.slice(2), WORKER_FLAG], serialization: 'advanced' });
  }

  /**
   * One worker first, which waits for the database and migrates it, then the others.
   * @returns where they listen; undefined when the first one ended, and has said why
   */
  async start(): Promise<readonly string[] | undefined> {
    const addresses = await this.#fork().ready;
    this.#isServing = addresses !== undefined;
    if (this.#isServing) await this.#fill();
    return addresses;
  }

  /** Replaces every worker by one with the settings, files and program of now; each goes when the next one serves. */
  reload(readConfig: () => Config): Promise<void> {
    // One that has not begun yet will find whatever changed meanwhile.
    if (this.#reloadsWaiting === 0) {
      this.#reloadsWaiting += 1;
      this.#reloading = this.#reloading.then(() => {
        this.#reloadsWaiting -= 1;
        return this.#replaceAll(readConfig);
      });
    }
    return this.#reloading;
  }

  /** How long `stop` takes at most. */
  get stopTimeoutMs(): number {
    return this.#workerTimeoutMs + 2 * KILL_AFTER_MS;
  }

  /** Has all of them finish; true when none had to be cut off. */
  async stop(): Promise<boolean> {
    this.#isStopping = true;
    const exits = await Promise.all([...this.#workers].map((worker) => this.#retire(worker)));
    return exits.every(({ code }) => code === 0);
  }

  async #replaceAll(readConfig: () => Config): Promise<void> {
    const old = [...this.#workers];
    try {
      this.config = readConfig();
      for (const worker of old) {
        if (worker.state === 'ended') continue;
        if (!this.#isStopping && this.#active().length <= this.config.workers) {
          if (!(await this.#fork().ready)) throw new Error('the new worker ended before it served');
        }
        await this.#retire(worker);
      }
      await this.#fill();
      if (!this.#isStopping) this.logger.info({ workers: this.config.workers }, 'workers_reloaded');
    } catch (error) {
      // Those that are left go on as they are.
      this.logger.error({ reason: (error as Error).message }, 'reload_failed');
    }
  }

  #fork(): WorkerHandle {
    const worker: WorkerHandle = new WorkerHandle(cluster.fork(), (message) => this.#hear(worker, message));
    this.#workers.add(worker);
    void worker.ended.then((exit) => this.#ended(worker, exit));
    return worker;
  }

  /** Starts as many as are missing; resolves when they serve, or have ended. */
  async #fill(): Promise<void> {
    const missing = this.#isStopping ? 0 : this.config.workers - this.#active().length;
    await Promise.all(Array.from({ length: Math.max(0, missing) }, () => this.#fork().ready));
  }

  #active(): WorkerHandle[] {
    return [...this.#workers].filter(({ state }) => state === 'starting' || state === 'ready');
  }

  #retire(worker: WorkerHandle): Promise<Exit> {
    return worker.stop(this.#workerTimeoutMs + KILL_AFTER_MS);
  }

  get #workerTimeoutMs(): number {
    const { shutdownDelaySeconds, shutdownTimeoutSeconds } = this.config.http;
    return (shutdownDelaySeconds + shutdownTimeoutSeconds) * 1000;
  }

  #hear(worker: WorkerHandle, message: ToPrimary): void {
    if (message.kind === 'ready') this.#giveDuty();
    if (message.kind === 'mail_queued') this.#onDuty?.send(message);
    if (message.kind === 'counted') this.#metrics.hear(worker, message.snapshot);
    if (message.kind === 'sum') void this.#answerSum(worker, message.id);
  }

  async #answerSum(worker: WorkerHandle, id: number): Promise<void> {
    await Promise.all([...this.#workers].map((one) => one.count()));
    worker.send({ kind: 'summed', id, text: await this.#metrics.text() });
  }

  /** To the youngest: during a reload the others are about to leave. */
  #giveDuty(): void {
    if (this.#onDuty) return;
    this.#onDuty = [...this.#workers].filter(({ state }) => state === 'ready').at(-1);
    this.#onDuty?.send({ kind: 'take_duty' });
  }

  #ended(worker: WorkerHandle, { code, signal }: Exit): void {
    this.#workers.delete(worker);
    this.#metrics.end(worker);
    if (this.#onDuty === worker) this.#onDuty = undefined;
    this.#giveDuty();
    if (worker.wasAsked || this.#isStopping || !this.#isServing) return;
    this.#metrics.countDeath();
    const delayMs = this.#restartDelay.next(worker.uptimeMs);
    this.logger.error({ worker_pid: worker.pid, code, signal, restart_in_ms: delayMs }, 'worker_died');
    setTimeout(() => void this.#fill(), delayMs);
  }
}
