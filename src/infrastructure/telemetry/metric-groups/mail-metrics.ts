import { Counter, Gauge, type Registry } from 'prom-client';
import type { MailObserver, MailOutcome } from '../../mail/mail-worker';

export interface MailQueue {
  readonly due: number;
  readonly waiting: number;
  readonly failed: number;
  readonly oldestSeconds: number;
}

/** What of a slow database the reader of the metrics waits for. */
const PATIENCE_MS = 1_000;

/** What becomes of mails. */
export class MailMetrics implements MailObserver {
  readonly #mails: Counter<'template' | 'outcome'>;

  constructor(private readonly registry: Registry) {
    this.#mails = new Counter({
      name: 'mails_total',
      help: 'Tries to send a mail: sent, postponed, failed for good, withheld by a limit, or without a reason by then.',
      labelNames: ['template', 'outcome'],
      registers: [registry],
    });
  }

  /** @param ask looks at the queue, which all nodes share */
  watch(ask: () => Promise<MailQueue>): void {
    const registers = [this.registry];
    // Both are read at once, and share a look.
    let looking: Promise<MailQueue | undefined> | undefined;
    const look = (): Promise<MailQueue | undefined> =>
      (looking ??= inTime(ask()).finally(() => (looking = undefined)));
    new Gauge({
      name: 'mail_queue_oldest_seconds',
      help: 'Age of the oldest mail that is to be sent; of the whole database.',
      registers,
      async collect() {
        const queue = await look();
        // An outage of the database shows elsewhere; an old figure would only look like a new one.
        this.set(queue?.oldestSeconds ?? NaN);
      },
    });
    new Gauge({
      name: 'mail_queue_length',
      help: 'Mails that are due, that wait for another try, and that were given up; of the whole database.',
      labelNames: ['state'],
      registers,
      async collect() {
        const queue = await look();
        this.reset();
        if (!queue) return;
        const { due, waiting, failed } = queue;
        for (const [state, length] of Object.entries({ due, waiting, failed })) this.set({ state }, length);
      },
    });
  }

  tried(template: string, outcome: MailOutcome): void {
    this.#mails.inc({ template, outcome });
  }
}

async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
