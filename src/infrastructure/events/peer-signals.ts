import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database';
import { CHANNEL, type Notifications } from '../database/notifications';
import type { PreparedStatement } from '../database/prepared-statements';
import { topics, type LiveSignals, type Peers, type Topic } from './live-signals';

/** Who waits says so that often, and others believe it for that long. Nobody is told while nobody waits. */
const HELLO_EVERY_MS = 5_000;
const HELLO_LASTS_MS = 15_000;
/** PostgreSQL takes 8,000 bytes. */
const MAX_SIGNALS = 300;

const NOTIFY: PreparedStatement = { name: 'command_signals', sql: 'select pg_notify($1, $2)' };
const HELLO = 'hello';
/** Of commands; a process that serves has random digits. */
const COMMAND = 'command';

/**
 * Signals between the processes of one PostgreSQL database, by LISTEN and NOTIFY. Sent on a connection of their own and
 * after the commit: NOTIFY inside a transaction would have all commits of the database queue for one lock. What happens
 * while one is under way goes with the next.
 */
export class PeerSignals implements Peers {
  readonly #self = randomUUID().slice(0, 8);
  readonly #waiting = new Set<string>();
  #isSending = false;
  #peersListenUntilMs = 0;
  #greeting: NodeJS.Timeout | undefined;

  constructor(
    private readonly signals: Pick<LiveSignals, 'wake' | 'wakeEverybody'>,
    private readonly notifications: Notifications,
  ) {}

  start(): void {
    this.notifications.start({
      onMessage: (payload) => this.#receive(payload),
      // Who listens, and what happened meanwhile, is not known.
      onConnect: () => {
        this.#peersListenUntilMs = performance.now() + HELLO_LASTS_MS;
        if (this.#greeting) this.#greet();
        this.signals.wakeEverybody();
      },
    });
  }

  async close(): Promise<void> {
    this.setWatching(false);
    await this.notifications.close();
  }

  tell(userId: number, topic: Topic): void {
    if (performance.now() > this.#peersListenUntilMs) return;
    this.#waiting.add(`${topic}:${userId}`);
    if (!this.#isSending) setImmediate(() => void this.#send());
    this.#isSending = true;
  }

  setWatching(isWatching: boolean): void {
    clearInterval(this.#greeting);
    this.#greeting = undefined;
    if (!isWatching) return;
    this.#greeting = setInterval(() => this.#greet(), HELLO_EVERY_MS).unref();
    this.#greet();
  }

  #greet(): void {
    void this.notifications.send(`${this.#self} ${HELLO}`);
  }

  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, MAX_SIGNALS);
      for (const one of batch) this.#waiting.delete(one);
      await this.notifications.send(`${this.#self} ${batch.join(',')}`);
    }
    this.#isSending = false;
  }

  #receive(payload: string): void {
    const [sender, content = ''] = payload.split(' ');
    if (sender === this.#self) return;
    if (content === HELLO) {
      this.#peersListenUntilMs = performance.now() + HELLO_LASTS_MS;
      return;
    }
    for (const signal of content.split(',')) {
      const [name, id] = signal.split(':');
      const topic = topics.find((one) => one === name);
      const userId = Number(id);
      if (topic && Number.isSafeInteger(userId)) this.signals.wake(userId, topic);
    }
  }
}

/** Tells the processes that serve of what a command has changed, once it is committed. */
export class CommandSignals {
  readonly #changed = new Set<string>();

  changed(userId: number, topic: Topic): void {
    this.#changed.add(`${topic}:${userId}`);
  }

  /** What cannot be sent is lost; whoever waits for it looks by itself now and then. */
  async send(database: Pick<Database, 'statement'>): Promise<void> {
    const signals = [...this.#changed];
    for (let n = 0; n < signals.length; n += MAX_SIGNALS) {
      const payload = `${COMMAND} ${signals.slice(n, n + MAX_SIGNALS).join(',')}`;
      await database.statement(NOTIFY, [CHANNEL, payload]).catch(() => undefined);
    }
  }
}
