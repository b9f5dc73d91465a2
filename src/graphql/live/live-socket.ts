import type { Context, ServerOptions, WebSocket as Peer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { SubscriptionsConfig } from '../../config';
import type { SessionViewer } from '../../foundation/viewer';
import type { LiveCaller } from './live-context';

/** What a connection says first. */
export type InitPayload = Record<string, unknown> | undefined;

/** A connection as graphql-ws knows it. */
export interface Extra {
  readonly socket: LiveSocket;
}

export type SocketContext = Context<InitPayload, Extra>;
export type SocketOptions = ServerOptions<InitPayload, Extra>;

export type SocketLimits = Pick<SubscriptionsConfig, 'maxBufferedBytes' | 'maxMessagesPerMinute'>;

/** Of the protocol, and of RFC 6455. */
export const CLOSE = {
  goingAway: [1001, 'The server is stopping'],
  tryAgain: [1013, 'Try again later'],
  badRequest: [4400, 'Invalid message received'],
  forbidden: [4403, 'Forbidden'],
  tooMany: [4429, 'Too many requests'],
  failed: [4500, 'Internal error'],
} as const;

/** Who has not closed their side by then is cut off. */
const CLOSING_MS = 1_000;
const MINUTE_MS = 60_000;

/** One WebSocket: what comes is counted, what goes is waited for, and neither may pile up. */
export class LiveSocket implements Peer {
  viewer: SessionViewer | undefined;
  #isClosed = false;
  readonly #onClose: (() => void)[] = [];
  #isAlive = true;
  #messages = 0;
  #countedSinceMs = performance.now();

  constructor(
    private readonly raw: WebSocket,
    readonly caller: LiveCaller,
    /** As the first request had it; programs can send one. */
    readonly authorization: string | undefined,
    private readonly limits: SocketLimits,
  ) {
    raw.on('pong', () => (this.#isAlive = true));
    // Answered by `ws` itself, for somebody who may never read the answers.
    raw.on('ping', () => this.#mayGoOn());
  }

  /** Gives something back once it is closed: at once, where it is. */
  onceClosed(giveBack: () => void): void {
    if (this.#isClosed) giveBack();
    else this.#onClose.push(giveBack);
  }

  closed(): void {
    this.#isClosed = true;
    for (const giveBack of this.#onClose.splice(0)) giveBack();
  }

  get protocol(): string {
    return this.raw.protocol;
  }

  /** Resolves once the system has taken it, so that whoever sends waits for whoever does not read. */
  async send(data: string): Promise<void> {
    if (this.raw.readyState !== this.raw.OPEN) return;
    await new Promise<void>((resolve) => this.raw.send(data, () => resolve()));
  }

  close(code: number = CLOSE.forbidden[0], reason: string = CLOSE.forbidden[1]): void {
    this.raw.close(code, reason);
    setTimeout(() => this.raw.terminate(), CLOSING_MS).unref();
  }

  onMessage(handle: (data: string) => Promise<void>): void {
    this.raw.on('message', (data: Buffer, isBinary: boolean) => {
      this.#isAlive = true;
      if (!this.#mayGoOn()) return;
      if (isBinary) {
        this.close(...CLOSE.badRequest);
        return;
      }
      void handle(data.toString()).catch(() => this.close(...CLOSE.badRequest));
    });
  }

  /** Whoever has not answered the last one is gone. */
  ping(): void {
    if (!this.#isAlive) {
      this.raw.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.#mayGoOn(0)) this.raw.ping();
  }

  #mayGoOn(messages = 1): boolean {
    if (this.raw.bufferedAmount > this.limits.maxBufferedBytes) {
      this.raw.terminate();
      return false;
    }
    const nowMs = performance.now();
    if (nowMs - this.#countedSinceMs >= MINUTE_MS) [this.#messages, this.#countedSinceMs] = [0, nowMs];
    this.#messages += messages;
    if (this.#messages <= this.limits.maxMessagesPerMinute) return true;
    this.close(...CLOSE.tooMany);
    return false;
  }
}
