import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToPrimary, ToWorker } from './messages';

/** A worker that does not tell by then what it counted is counted as it was the last time. */
const COUNT_TIMEOUT_MS = 1_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker, as the primary sees it. */
export class WorkerHandle {
  state: 'starting' | 'ready' | 'leaving' | 'ended' = 'starting';
  /** Whether it was told to end. */
  wasAsked = false;
  /** Where it listens; undefined when it ended before it did. */
  readonly ready: Promise<readonly string[] | undefined>;
  readonly ended: Promise<Exit>;
  readonly #startedAt = performance.now();
  #awaitingCount: (() => void)[] = [];

  constructor(
    private readonly worker: Worker,
    onMessage: (message: ToPrimary) => void,
  ) {
    // Its last words may arrive after its end.
    this.ended = Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]).then(([exit]) => {
      this.state = 'ended';
      const [code, signal] = exit as [number | null, NodeJS.Signals | null];
      return { code, signal };
    });
    const listening = new Promise<readonly string[]>((resolve) => {
      worker.on('message', (message: ToPrimary) => {
        if (message.kind === 'ready') {
          if (this.state === 'starting') this.state = 'ready';
          resolve(message.addresses);
        }
        onMessage(message);
        if (message.kind === 'counted') for (const tell of this.#awaitingCount.splice(0)) tell();
      });
    });
    this.ready = Promise.race([listening, this.ended.then(() => undefined)]);
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  get uptimeMs(): number {
    return performance.now() - this.#startedAt;
  }

  send(message: ToWorker): void {
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }

  /** Asks what it counted, and waits a moment for the answer. */
  async count(): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#awaitingCount.push(resolve));
    this.send({ kind: 'count' });
    await Promise.race([answered, this.ended, delay(COUNT_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** Has it finish what it does, and kills it after `killAfterMs`. */
  async stop(killAfterMs: number): Promise<Exit> {
    if (this.state === 'ended') return this.ended;
    this.state = 'leaving';
    this.wasAsked = true;
    this.send({ kind: 'stop' });
    const timer = setTimeout(() => this.worker.process.kill('SIGKILL'), killAfterMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }
}
