import { useEffect } from 'react';
import { gateway } from './gateway';

/** True once the server has `Subscription.creditEvents` and `sessionEvents`: then they say when to ask anew. */
const HAS_EVENTS = 'creditEvents' in gateway.events && 'sessionEvents' in gateway.events;
const POLL_MS = 5_000;

type Listen = (variables: object, observer: { next: () => void }) => () => void;

/** Calls `refetch` whenever the server tells of something of this kind, and every few seconds in case it cannot. */
export function useLive(name: 'creditEvents' | 'sessionEvents', refetch: () => void): void {
  useEffect(() => {
    const events = gateway.events as Readonly<Record<string, Listen>>;
    const stop = HAS_EVENTS ? events[name]?.({}, { next: refetch }) : undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refetch();
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      stop?.();
    };
  }, [name, refetch]);
}
