import { connect, type Socket } from 'node:net';
import type { LogstashConfig } from '../../../config';
import { LineBuffer } from './line-buffer';
import type { LogSink, SinkNotice } from './log-sink';

/** Travels in one piece; what comes meanwhile travels in the next. */
const CHUNK_BYTES = 64 * 1024;
const RECONNECT_MS = { min: 1_000, max: 30_000 };
/** A connection that takes nothing for so long is given up: whoever is at the other end hangs. */
const STALL_MS = 30_000;
const CLOSE_PATIENCE_MS = 2_000;

type State =
  | { readonly kind: 'connecting'; readonly socket: Socket }
  /** `sending` are the lines that the network has not taken yet. */
  | { readonly kind: 'connected'; readonly socket: Socket; readonly sending: readonly string[] }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

/**
 * JSON lines to Logstash over TCP (its codec `json_lines`). Requests never wait for it: lines do, as far as `maxBytes` go,
 * and while it is away the oldest of them are given up and counted. Lines that a broken connection may have lost are sent
 * again, so that some can arrive twice.
 */
export class LogstashSink implements LogSink {
  readonly name = 'logstash';
  readonly #lines: LineBuffer;
  #state: State;
  #failures = 0;
  #isScheduled = false;
  #onIdle: (() => void) | undefined;

  constructor(
    private readonly config: LogstashConfig,
    maxBytes: number,
    private readonly notice: SinkNotice,
    private readonly reconnectMs = RECONNECT_MS,
  ) {
    this.#lines = new LineBuffer(maxBytes);
    this.#state = this.#connect();
  }

  get dropped(): number {
    return this.#lines.dropped;
  }

  write(line: string): void {
    if (this.#state.kind === 'closed') return;
    this.#lines.push(forLogstash(line));
    if (this.#isScheduled || this.#state.kind !== 'connected') return;
    // Lines of the same turn of the event loop travel together.
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  async close(): Promise<void> {
    const { kind } = this.#state;
    if ((kind === 'connected' || kind === 'connecting') && !this.#isIdle()) await this.#emptied();
    this.#end(this.#state);
  }

  /** Settles when every line is on its way, when the connection breaks, or when patience ends. */
  #emptied(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSE_PATIENCE_MS);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#send();
    });
  }

  #end(state: State): void {
    this.#state = { kind: 'closed' };
    if (state.kind === 'waiting') clearTimeout(state.timer);
    else if (state.kind !== 'closed') state.socket.destroySoon();
  }

  #connect(): State {
    const { host, port } = this.config;
    const socket = connect({ host, port, keepAlive: true });
    // Whoever wants the last lines to arrive waits for `close`; the process does not.
    socket.unref();
    let reason = 'connection closed';
    socket.setTimeout(STALL_MS, () => {
      const { kind } = this.#state;
      const isStalled = kind === 'connecting' || (kind === 'connected' && this.#state.sending.length > 0);
      if (isStalled) socket.destroy(new Error(`took nothing for ${STALL_MS / 1000} s`));
    });
    socket.on('error', (error) => (reason = error.message));
    // It has nothing to say; unread, its end would not be noticed.
    socket.resume();
    socket.on('connect', () => {
      if (this.#state.kind === 'closed') return;
      if (this.#failures > 0) this.notice('info', { host, port, dropped: this.dropped }, 'logstash_back');
      this.#failures = 0;
      this.#state = { kind: 'connected', socket, sending: [] };
      this.#send();
    });
    socket.on('close', () => this.#reconnect(reason));
    return { kind: 'connecting', socket };
  }

  #reconnect(reason: string): void {
    const state = this.#state;
    if (state.kind === 'closed') return;
    if (state.kind === 'connected') this.#lines.putBack(state.sending);
    const { min, max } = this.reconnectMs;
    const delayMs = Math.min(max, min * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    const timer = setTimeout(() => (this.#state = this.#connect()), delayMs).unref();
    this.#state = { kind: 'waiting', timer };
    this.#onIdle?.();
    const { host, port } = this.config;
    if (this.#failures === 1) this.notice('warn', { host, port, reason }, 'logstash_down');
  }

  #send(): void {
    const state = this.#state;
    if (state.kind !== 'connected' || state.sending.length > 0) return;
    const sending = this.#lines.take(CHUNK_BYTES);
    if (sending.length === 0) {
      this.#onIdle?.();
      return;
    }
    this.#state = { ...state, sending };
    state.socket.write(sending.join(''), (error) => {
      // `close` follows an error, and puts the lines back.
      if (error || this.#state.kind !== 'connected' || this.#state.socket !== state.socket) return;
      this.#state = { ...this.#state, sending: [] };
      this.#send();
    });
  }

  #isIdle(): boolean {
    return this.#lines.size === 0 && (this.#state.kind !== 'connected' || this.#state.sending.length === 0);
  }
}

const TIME = /"timestamp":("[^"]+")/;

/** The line with its time under the name that Logstash goes by, or a line that waited would be as old as its arrival. */
function forLogstash(line: string): string {
  const [, time] = TIME.exec(line) ?? [];
  return time === undefined ? line : `{"@timestamp":${time},${line.slice(1)}`;
}
