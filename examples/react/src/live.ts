import { useEffect } from 'react';
import { shown } from './errors';
import { gateway } from './gateway';

/** True once the server has `Subscription.creditEvents` and `sessionEvents`: then they say when to ask anew. */
const HAS_EVENTS = 'creditEvents' in gateway.events && 'sessionEvents' in gateway.events;
const POLL_MS = 5_000;

interface Observer {
  readonly next: () => void;
  readonly error: (error: Error) => void;
}
type Listen = (variables: object, observer: Observer) => () => void;

/** Calls `refetch` whenever the server tells of something of this kind, and every few seconds in case it cannot. */
export function useLive(name: 'creditEvents' | 'sessionEvents', refetch: () => void): void {
  useEffect(() => {
    const events = gateway.events as Readonly<Record<string, Listen>>;
    // At the end of the session this is no news, and whatever else it is, the polling goes on.
    const error = (reason: Error): void => console.info(`No more ${name}: ${shown(reason).message}`);
    const stop = HAS_EVENTS ? events[name]?.({}, { next: refetch, error }) : undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refetch();
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      stop?.();
    };
  }, [name, refetch]);
}
