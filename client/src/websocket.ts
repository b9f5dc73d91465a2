import type { Observer, WebSocketConstructor } from './events.js';
import { fromWire, unreachable, type GatewayError, type WireError } from './errors.js';
import { fieldOf, idOf, PROTOCOL, takesSince, type Message, type Positions } from './live-protocol.js';
import { absolute, platform, type Socket } from './platform.js';
import type { Tokens } from './storage.js';

/** A lost connection is opened again after this, then after twice as long each time. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** The same where the server says that there are too many: it has to be rid of others first. */
const FIRST_TURN_MS = 5_000;
const LONGEST_TURN_MS = 60_000;

/** Closed for what a new access token may mend: it has expired, or its session has ended. */
const REFUSED = [4401, 4403];
const TOO_MANY = 4429;
/** Decided by the server, which would decide the same again, but for what may pass: a slow start, a bad moment. */
const isFinal = (code: number): boolean => code >= 4400 && code !== 4408 && code !== 4500;

export interface Source {
  readonly url: string;
  /** Tokens other than the refused one; null when there are none. */
  readonly tokens: (refused: string | null) => Promise<Tokens | null>;
  readonly webSocket: WebSocketConstructor | undefined;
}

interface Subscription {
  readonly document: string;
  readonly variables: { readonly since?: unknown };
  readonly observer: Observer<unknown>;
  /** The event after which a new connection goes on; null where the document does not take `since`, or none is known. */
  since: string | null;
  turnMs: number;
  timer?: ReturnType<typeof setTimeout>;
}

/** One connection for all subscriptions of one person, kept up until the last of them is stopped, refused or over. */
export class Connection {
  readonly #subscriptions = new Map<string, Subscription>();
  #lastId = 0;
  #userId: string | undefined;
  #isUnderWay = false;
  #isAcknowledged = false;
  #retryMs = FIRST_RETRY_MS;
  #turnMs = FIRST_TURN_MS;
  #refused: string | null = null;
  /** By field: what the server said last, and then the last event of any subscription. */
  #positions: Positions = {};
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: Source) {}

  /** Whether it serves this person; undefined where it is not known yet who that is. */
  isOf(userId: string | null | undefined): boolean {
    return this.#userId === undefined || this.#userId === userId;
  }

  /** @returns what ends the subscription; the observer hears of an end only where an error is the reason */
  add(document: string, variables: object, observer: Observer<unknown>): () => void {
    const id = String((this.#lastId += 1));
    const subscription = { document, variables, observer, since: null, turnMs: FIRST_TURN_MS };
    this.#subscriptions.set(id, subscription);
    if (this.#isAcknowledged) this.#subscribe(id, subscription);
    if (!this.#isUnderWay) void this.#connect();
    return () => {
      if (this.#isAcknowledged && this.#subscriptions.has(id)) this.#send({ type: 'complete', id });
      this.#end(id);
    };
  }

  #end(id: string, error?: Error): void {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    clearTimeout(subscription.timer);
    this.#subscriptions.delete(id);
    if (this.#subscriptions.size === 0) this.#close();
    if (error) subscription.observer.error?.(error);
  }

  #endAll(error: Error): void {
    for (const id of [...this.#subscriptions.keys()]) this.#end(id, error);
  }

  #close(): void {
    const socket = this.#socket;
    this.#dropped();
    clearTimeout(this.#timer);
    // A token that is on its way finds nobody to connect for, unless somebody comes until then.
    if (socket || this.#timer !== undefined) this.#isUnderWay = false;
    this.#timer = undefined;
    this.#refused = null;
    socket?.close(1000);
  }

  #dropped(): void {
    this.#socket = undefined;
    this.#isAcknowledged = false;
    for (const { timer } of this.#subscriptions.values()) clearTimeout(timer);
  }

  async #connect(): Promise<void> {
    this.#isUnderWay = true;
    this.#timer = undefined;
    try {
      const WebSocket = (this.source.webSocket ?? platform.WebSocket) as typeof platform.WebSocket;
      const tokens = WebSocket ? await this.source.tokens(this.#refused) : null;
      if (WebSocket && tokens && this.#subscriptions.size > 0 && this.isOf(tokens.userId)) {
        this.#userId = tokens.userId;
        this.#open(new WebSocket(websocketAddress(this.source.url), PROTOCOL), tokens.accessToken);
        return;
      }
      this.#isUnderWay = false;
      this.#endAll(WebSocket ? fromWire(SIGNED_OUT) : unreachable(NO_WEBSOCKET));
    } catch {
      this.#again();
    }
  }

  #open(socket: Socket, token: string): void {
    this.#socket = socket;
    const lost = (code: number, reason: string): void => {
      if (socket === this.#socket) this.#lost(token, code, reason);
    };
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(String(data)) as Message);
    };
    socket.onclose = ({ code, reason }) => lost(code, reason);
    // Not every WebSocket tells of the end too, and with `ws` an error that nobody hears ends the process.
    socket.onerror = () => lost(1006, '');
  }

  #lost(token: string, code: number, reason: string): void {
    // A new token that is refused at once would be refused for ever.
    const mayRenew = REFUSED.includes(code) && (this.#isAcknowledged || this.#refused === null);
    this.#dropped();
    this.#refused = mayRenew ? token : null;
    if (code === TOO_MANY) this.#waitForTurn(reason);
    else if (!isFinal(code) || mayRenew) this.#again();
    else {
      this.#isUnderWay = false;
      this.#endAll(unreachable(`The stream was closed: ${code} ${reason}`));
    }
  }

  #receive(message: Message): void {
    if (message.type === 'ping') this.#send({ type: 'pong' });
    if (message.type === 'connection_ack') this.#acknowledged(message.payload?.since ?? {});
    if (message.type === 'complete') this.#end(message.id, unreachable('The server has ended the stream'));
    if (message.type === 'error') this.#failed(message.id, fromWire(message.payload[0] ?? NO_REASON));
    if (message.type === 'next') this.#next(message.id, message.payload);
  }

  #acknowledged(positions: Positions): void {
    this.#isAcknowledged = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#turnMs = FIRST_TURN_MS;
    this.#positions = positions;
    for (const [id, subscription] of this.#subscriptions) this.#subscribe(id, subscription);
  }

  #subscribe(id: string, subscription: Subscription): void {
    const { document, variables, since } = subscription;
    const query = { query: document, variables: { ...variables, ...(since !== null && { since }) } };
    this.#send({ type: 'subscribe', id, payload: query });
    // Should the connection be lost before the first event, what comes meanwhile is asked for from here.
    if (takesSince(document)) subscription.since ??= this.#positionFor(subscription);
  }

  #positionFor({ document, variables }: Subscription): string | null {
    return variables.since === undefined || variables.since === null
      ? (this.#positions[fieldOf(document)] ?? null)
      : null;
  }

  #next(id: string, { data, errors: [error] = [] }: { data?: unknown; errors?: readonly WireError[] }): void {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    if (error) {
      this.#send({ type: 'complete', id });
      this.#failed(id, fromWire(error));
      return;
    }
    const { document, observer } = subscription;
    subscription.turnMs = FIRST_TURN_MS;
    if (takesSince(document)) {
      subscription.since = idOf(data);
      if (subscription.since !== null)
        this.#positions = { ...this.#positions, [fieldOf(document)]: subscription.since };
    }
    observer.next(data);
  }

  /** One subscription of many was refused: for good, or for now. */
  #failed(id: string, error: GatewayError): void {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    if (error.code !== 'RATE_LIMITED' && error.code !== 'SERVICE_UNAVAILABLE') {
      this.#end(id, error);
      return;
    }
    const waitMs = Math.max(subscription.turnMs, error.retryAfterSeconds * 1000);
    subscription.turnMs = Math.min(subscription.turnMs * 2, LONGEST_TURN_MS);
    subscription.timer = setTimeout(() => this.#subscribe(id, subscription), waitMs);
    subscription.observer.waiting?.(error);
  }

  #waitForTurn(message: string): void {
    const extensions = { code: 'RATE_LIMITED', retry_after: this.#turnMs / 1000 };
    this.#timer = setTimeout(() => void this.#connect(), this.#turnMs);
    this.#turnMs = Math.min(this.#turnMs * 2, LONGEST_TURN_MS);
    const error = fromWire({ message, extensions });
    for (const { observer } of [...this.#subscriptions.values()]) observer.waiting?.(error);
  }

  #again(): void {
    this.#isUnderWay = this.#subscriptions.size > 0;
    if (!this.#isUnderWay) return;
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
const NO_WEBSOCKET = 'There is no WebSocket here; the option webSocket brings one';
