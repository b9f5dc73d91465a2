import { Agent, request as plainRequest, type IncomingMessage } from 'node:http';
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';

/** Sends one request and answers its status, or why it was not sent. @throws Error when there is no answer */
export type Send = () => Promise<number | string>;

export interface LoadReport {
  readonly sent: number;
  /** How often which status was answered, or why there was no answer. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Requests at a constant rate, whether the server keeps up or not. */
export class SteadyLoad {
  readonly #outcomes = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #sent = 0;
  #isOver = false;
  readonly #sending: Promise<void>;

  constructor(
    private readonly send: Send,
    perSecond: number,
  ) {
    this.#sending = this.#sendSteadily(perSecond);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Waits until so many more were sent. */
  async more(count: number): Promise<void> {
    const until = this.#sent + count;
    while (this.#sent < until) await delay(5);
  }

  /** Sends no more, and waits for all answers. */
  async stop(): Promise<LoadReport> {
    this.#isOver = true;
    await this.#sending;
    await Promise.all(this.#running);
    return { sent: this.#sent, outcomes: Object.fromEntries(this.#outcomes) };
  }

  async #sendSteadily(perSecond: number): Promise<void> {
    const startedAt = performance.now();
    while (!this.#isOver) {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      for (; this.#sent < due; this.#sent += 1) {
        const one = this.#sendOne().finally(() => this.#running.delete(one));
        this.#running.add(one);
      }
      await delay(1);
    }
  }

  async #sendOne(): Promise<void> {
    const outcome = await this.send().then(String, (error: unknown) => reasonOf(error));
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }
}

/** What a client that waits for so long at most, as all do, makes of silence. */
const PATIENCE_MS = 10_000;
export const NO_ANSWER = 'no answer';

/** What clients do that are told that their connection ends: a proxy has other servers, and goes to them. */
export const GONE_ELSEWHERE = 'gone elsewhere';

/** Over connections that are kept, as a proxy does: once told that one ends, it sends nothing more here. */
export function asProxyWithOthers(url: string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  let isTold = false;
  return async () => {
    if (isTold) return GONE_ELSEWHERE;
    const { statusCode, headers } = await get(url, agent);
    isTold ||= headers.connection === 'close';
    return statusCode ?? 0;
  };
}

/** Over connections that are kept, and made anew when one ends. */
export function keptConnections(url: string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  return async () => (await get(url, agent)).statusCode ?? 0;
}

/** The answer once all of it is there. */
function get(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    plainRequest(url, { agent, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(response));
    })
      .once('error', reject)
      .once('timeout', () => reject(Object.assign(new Error('no answer'), { code: NO_ANSWER })))
      .end();
  });
}

/**
 * Over one HTTP/2 connection, and a new one as soon as the server says that it will end. As every client does (RFC 9113,
 * 8.7), it sends again what the server says it has not touched.
 */
export function http2Connection(url: string, ca: string): Send {
  const { origin, pathname } = new URL(url);
  let session: ClientHttp2Session | undefined;
  const open = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    const opened = connect(origin, { ca, servername: 'localhost' });
    opened.on('error', () => undefined);
    opened.on('goaway', () => opened.close());
    session = opened;
    return opened;
  };
  const send: Send = () =>
    new Promise((resolve, reject) => {
      const stream = open().request({ ':path': pathname });
      let status = 0;
      stream.once('response', (headers) => (status = Number(headers[':status'])));
      let failure = new Error('no answer');
      stream.on('error', (error: Error) => (failure = error));
      stream.once('close', () => {
        if (status !== 0) resolve(status);
        else if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) resolve(send());
        else reject(failure);
      });
      stream.resume().end();
    });
  return send;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
