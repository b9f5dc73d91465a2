import { subscriptionDocuments, type Subscriptions } from './generated.js';
import type { Subscription } from './websocket.js';

export interface Observer<Event> {
  next(event: Event): void;
  /** The stream has ended for good, for example because the session did. A lost connection is opened again. */
  error?(error: Error): void;
}

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
export function lazyEvents(
  url: string,
  accessToken: (refused: string | null) => Promise<string | null>,
): LazyEvents {
  const subscribe: Subscribe = (document, variables, observer) => {
    let subscription: Subscription | undefined;
    let isStopped = false;
    const start = async (): Promise<void> => {
      const { Subscription } = await import('./websocket.js');
      const source = { url, accessToken, document, variables };
      if (!isStopped) subscription = new Subscription(source, observer);
    };
    start().catch((error: unknown) => observer.error?.(error as Error));
    return () => {
      isStopped = true;
      subscription?.end();
    };
  };
  const names = Object.keys(subscriptionDocuments) as (keyof Subscriptions)[];
  const events = names.map((name) => [
    name,
    (variables: object, observer: Observer<unknown>) =>
      subscribe<Readonly<Record<string, unknown>>>(subscriptionDocuments[name], variables, {
        ...observer,
        next: (data) => observer.next(data[name]),
      }),
  ]);
  return { events: Object.fromEntries(events) as Events, subscribe };
}
