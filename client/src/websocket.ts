import type { Observer } from './events.js';
import { fromWire, unreachable, type WireError } from './errors.js';
import { absolute, platform, type Socket } from './platform.js';

/** The protocol of graphql-ws. */
const PROTOCOL = 'graphql-transport-ws';
/** A lost connection is opened again after this, then after twice as long each time. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Closed for what a new access token may mend: it has expired, or its session has ended. */
const REFUSED = [4401, 4403];
/** Decided by the server, which would decide the same again, but for what may pass: a slow start, a bad moment. */
const isFinal = (code: number): boolean => code >= 4400 && code !== 4408 && code !== 4500;

export interface Source {
  readonly url: string;
  /** A token other than the refused one; null when there is none. */
  readonly accessToken: (refused: string | null) => Promise<string | null>;
  readonly document: string;
  readonly variables: object;
}

type Message =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' | 'complete' }
  | { readonly type: 'next'; readonly payload: { data?: unknown; errors?: readonly WireError[] } }
  | { readonly type: 'error'; readonly payload: readonly WireError[] };

/** One subscription on a connection of its own, kept up until it is stopped, refused or over. */
export class Subscription {
  #isOver = false;
  #isAcknowledged = false;
  #retryMs = FIRST_RETRY_MS;
  #refused: string | null = null;
  #since: string | null = null;
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly source: Source,
    private readonly observer: Observer<unknown>,
  ) {
    void this.#connect();
  }

  /** Ends it; the observer hears of it only where an error is the reason. */
  end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    if (error) this.observer.error?.(error);
  }

  async #connect(): Promise<void> {
    const { WebSocket } = platform;
    if (!WebSocket) {
      this.end(unreachable('There is no WebSocket here'));
      return;
    }
    try {
      const token = await this.source.accessToken(this.#refused);
      if (this.#isOver) return;
      if (token === null) {
        this.end(fromWire(SIGNED_OUT));
        return;
      }
      this.#open(new WebSocket(websocketAddress(this.source.url), PROTOCOL), token);
    } catch {
      this.#again();
    }
  }

  #open(socket: Socket, token: string): void {
    this.#socket = socket;
    this.#isAcknowledged = false;
    socket.onopen = () =>
      this.#send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as Message);
    socket.onclose = ({ code, reason }) => {
      // A new token that is refused at once would be refused for ever.
      const mayRenew = REFUSED.includes(code) && (this.#isAcknowledged || this.#refused === null);
      if (isFinal(code) && !mayRenew) this.end(unreachable(`The stream was closed: ${code} ${reason}`));
      this.#refused = mayRenew ? token : null;
      this.#again();
    };
  }

  #receive(message: Message): void {
    if (message.type === 'ping') this.#send({ type: 'pong' });
    if (message.type === 'complete') this.end(unreachable('The server has ended the stream'));
    if (message.type === 'error') this.end(fromWire(message.payload[0] ?? NO_REASON));
    if (message.type === 'connection_ack') this.#subscribe();
    if (message.type === 'next') this.#next(message.payload);
  }

  #subscribe(): void {
    this.#isAcknowledged = true;
    this.#retryMs = FIRST_RETRY_MS;
    const { document, variables } = this.source;
    const since = this.#since === null ? {} : { since: this.#since };
    this.#send({
      type: 'subscribe',
      id: '1',
      payload: { query: document, variables: { ...variables, ...since } },
    });
  }

  #next({ data, errors: [error] = [] }: { data?: unknown; errors?: readonly WireError[] }): void {
    if (error) {
      this.end(fromWire(error));
      return;
    }
    this.#since = idOf(this.source.document, data) ?? this.#since;
    this.observer.next(data);
  }

  #again(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }
}

function websocketAddress(url: string): string {
  const address = absolute(url);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}

const SIGNED_OUT: WireError = { message: 'Nobody is signed in', extensions: { code: 'UNAUTHENTICATED' } };
const NO_REASON: WireError = { message: 'The stream ended without a reason' };

/** The id of the event, where the document takes `since`: a new connection goes on from there. */
function idOf(document: string, data: unknown): string | null {
  if (!document.includes('$since')) return null;
  const [event] = Object.values((data ?? {}) as Record<string, { id?: string } | null>);
  return event?.id ?? null;
}
