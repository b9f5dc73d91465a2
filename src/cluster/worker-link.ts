import { AppError } from '../errors';
import type { Housekeeper } from '../infrastructure/housekeeping/housekeeper';
import type { MailWorker } from '../infrastructure/mail/mail-worker';
import type { KeyKeeper } from '../infrastructure/signing-keys';
import type { Metrics } from '../infrastructure/telemetry/metrics';
import type { ToPrimary, ToWorker } from './messages';

/** The primary itself gives the workers a second. */
const SUM_TIMEOUT_MS = 3_000;

/** The parts of a worker that the primary has a say in. */
export interface WorkerParts {
  readonly metrics: Pick<Metrics, 'snapshot'>;
  readonly mailWorker: Pick<MailWorker, 'start' | 'tellUntilStarted' | 'wakeSoon'>;
  readonly housekeeper: Pick<Housekeeper, 'start'>;
  readonly keyKeeper: Pick<KeyKeeper, 'start'> | undefined;
}

/** A worker's end of the line to the primary. */
export class WorkerLink {
  #parts: WorkerParts | undefined;
  /** A worker that does not serve yet has nothing to finish. */
  #stop = (): void => process.exit(0);
  #questions = 0;
  readonly #answers = new Map<number, (text: string) => void>();

  constructor() {
    process.on('message', (message: ToWorker) => this.#take(message));
  }

  /** Serves from now on, until the primary says `stop`. */
  serve(parts: WorkerParts, addresses: readonly string[], stop: () => void): void {
    this.#parts = parts;
    this.#stop = stop;
    parts.mailWorker.tellUntilStarted(() => void this.#send({ kind: 'mail_queued' }));
    void this.#send({ kind: 'ready', addresses });
  }

  /** What all workers counted. @throws AppError SERVICE_UNAVAILABLE when the primary does not answer */
  async text(): Promise<string> {
    this.#questions += 1;
    const id = this.#questions;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#answers.set(id, resolve);
        timer = setTimeout(() => reject(new AppError('SERVICE_UNAVAILABLE')), SUM_TIMEOUT_MS);
        void this.#send({ kind: 'sum', id });
      });
    } finally {
      clearTimeout(timer);
      this.#answers.delete(id);
    }
  }

  /** The last word: nothing holds the process any more. */
  async leave(): Promise<void> {
    if (this.#parts) await this.#send({ kind: 'counted', snapshot: await this.#parts.metrics.snapshot() });
    if (process.connected) process.disconnect();
  }

  #take(message: ToWorker): void {
    if (message.kind === 'stop') this.#stop();
    if (message.kind === 'summed') this.#answers.get(message.id)?.(message.text);
    if (!this.#parts) return;
    const { metrics, mailWorker, housekeeper, keyKeeper } = this.#parts;
    if (message.kind === 'mail_queued') mailWorker.wakeSoon();
    if (message.kind === 'count')
      void metrics.snapshot().then((snapshot) => this.#send({ kind: 'counted', snapshot }));
    if (message.kind === 'take_duty') {
      mailWorker.start();
      housekeeper.start();
      keyKeeper?.start();
    }
  }

  /** Resolves once it is on its way. A primary that is gone takes its workers with it, and hears nothing. */
  #send(message: ToPrimary): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
      else resolve();
    });
  }
}
