import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { TestApp } from './test-app';

const PATIENCE_MS = 5_000;

/** Resolves with what `find` finds, looking again whenever something has come. */
export interface Inbox<Item> {
  readonly all: readonly Item[];
  add(item: Item): void;
  /** @throws Error when there are not so many in time */
  atLeast(count: number): Promise<readonly Item[]>;
}

export function inbox<Item>(): Inbox<Item> {
  const all: Item[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    add(item) {
      all.push(item);
      for (const look of waiting) look();
    },
    async atLeast(count) {
      if (all.length >= count) return all;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${all.length} of ${count} came: ${JSON.stringify(all)}`));
        }, PATIENCE_MS);
        const look = (): void => {
          if (all.length < count) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
      return all;
    },
  };
}

export function liveUrl({ url }: Pick<TestApp, 'url'>): string {
  return `${url.replace('http', 'ws')}/graphql`;
}

/** A raw connection, for whoever does not keep to the protocol. */
export class RawSocket {
  readonly messages = inbox<{ type: string; id?: string; payload?: unknown }>();
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The status of an answer that is no upgrade. */
  readonly opened: Promise<number>;
  readonly socket: WebSocket;

  constructor(
    app: Pick<TestApp, 'url'>,
    options: { headers?: Record<string, string>; protocol?: string; origin?: string } = {},
  ) {
    const { protocol = 'graphql-transport-ws', headers = {}, origin } = options;
    this.socket = new WebSocket(liveUrl(app), protocol, { headers, ...(origin !== undefined && { origin }) });
    this.socket.on('error', () => undefined);
    this.opened = new Promise((resolve) => {
      this.socket.once('open', () => resolve(101));
      this.socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
        resolve(statusCode);
        this.socket.terminate();
      });
    });
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code: number, reason: Buffer) =>
        resolve({ code, reason: reason.toString() }),
      ),
    );
    this.socket.on('message', (data: Buffer) =>
      this.messages.add(JSON.parse(data.toString()) as { type: string; id?: string }),
    );
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Says who it is, and waits until that was accepted. */
  async init(token: string): Promise<void> {
    await this.opened;
    this.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await this.messages.atLeast(1);
  }

  subscribe(id: string, query: string, more: Record<string, unknown> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, ...more } });
  }
}

export async function openSocket(app: Pick<TestApp, 'url'>, token: string): Promise<RawSocket> {
  const socket = new RawSocket(app);
  await socket.init(token);
  return socket;
}

/** The client that most libraries use underneath. */
export function liveClient(app: Pick<TestApp, 'url'>, token: () => string): Client {
  return createClient({
    url: liveUrl(app),
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: 0,
  });
}

/** What a subscription of that client brings. */
export function follow<Data>(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): { readonly events: Inbox<Data>; readonly failure: Promise<unknown>; readonly stop: () => void } {
  const events = inbox<Data>();
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => (fail = resolve));
  const stop = client.subscribe<Data>(
    { query, variables },
    {
      next: ({ data, errors }) => (errors ? fail(errors) : data && events.add(data)),
      error: fail,
      complete: () => fail(undefined),
    },
  );
  return { events, failure, stop };
}

/** Starts a subscription, and waits until it is there: what happens before is not its business. */
export async function started<T>(app: TestApp, start: () => T): Promise<T> {
  const count = (): number => app.events().filter((event) => event === 'subscription_started').length;
  const before = count();
  const subscription = start();
  const deadline = performance.now() + PATIENCE_MS;
  while (count() === before) {
    if (performance.now() > deadline) throw new Error('the subscription did not start');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return subscription;
}
