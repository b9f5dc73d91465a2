import type { GatewayError } from './errors.js';
import { subscriptionDocuments, type Subscriptions } from './generated.js';
import type { Connection, Source } from './websocket.js';

export interface Observer<Event> {
  next(event: Event): void;
  /** The stream has ended for good, for example because the session did. A lost connection is opened again. */
  error?(error: Error): void;
  /** Not served for now: RATE_LIMITED or SERVICE_UNAVAILABLE. Nothing to do: it is tried again in `retryAfterSeconds` or later. */
  waiting?(error: GatewayError): void;
}

/** The WebSocket of a browser, of Node.js 22 or of the package `ws`. */
export type WebSocketConstructor = new (
  url: string,
  protocol: string,
) => { send(text: string): void; close(code?: number): void };

type Listen<Name extends keyof Subscriptions> = (
  variables: Subscriptions[Name]['variables'],
  observer: Observer<Subscriptions[Name]['event']>,
) => () => void;

/** Each field of Subscription as a function; what it returns ends the subscription. */
export type Events = { readonly [Name in keyof Subscriptions]: Listen<Name> };

type Subscribe = <Result>(document: string, variables: object, observer: Observer<Result>) => () => void;

interface LazyEvents {
  readonly events: Events;
  readonly subscribe: Subscribe;
}

/** The WebSocket part is loaded with the first subscription: most pages have none. */
export function lazyEvents(source: Source, userId: () => string | null | undefined): LazyEvents {
  let connection: Connection | undefined;
  const subscribe: Subscribe = (document, variables, observer) => {
    let end: (() => void) | undefined;
    let isStopped = false;
    const start = async (): Promise<void> => {
      const { Connection } = await import('./websocket.js');
      if (isStopped) return;
      // Nobody gets the events of whoever was signed in before.
      if (!connection?.isOf(userId())) connection = new Connection(source);
      end = connection.add(document, variables, observer);
    };
    start().catch((error: unknown) => observer.error?.(error as Error));
    return () => {
      isStopped = true;
      end?.();
    };
  };
  const names = Object.keys(subscriptionDocuments) as (keyof Subscriptions)[];
  const events = names.map((name) => [
    name,
    (variables: object, observer: Observer<unknown>) =>
      subscribe<Readonly<Record<string, unknown>>>(subscriptionDocuments[name], variables, {
        next: (data) => observer.next(data[name]),
        error: (error) => observer.error?.(error),
        waiting: (error) => observer.waiting?.(error),
      }),
  ]);
  return { events: Object.fromEntries(events) as Events, subscribe };
}
