import type { WireError } from './errors.js';

/** The protocol of graphql-ws. */
export const PROTOCOL = 'graphql-transport-ws';

/** By field of Subscription. */
export type Positions = Readonly<Record<string, string | null>>;
/** What the server says. */
export type Message =
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'connection_ack'; readonly payload?: { readonly since?: Positions } | null }
  | {
      readonly type: 'next';
      readonly id: string;
      readonly payload: { data?: unknown; errors?: readonly WireError[] };
    }
  | { readonly type: 'error'; readonly id: string; readonly payload: readonly WireError[] }
  | { readonly type: 'complete'; readonly id: string };

/** Whether a new connection can be told where to go on. */
export const takesSince = (document: string): boolean => document.includes('$since');

/** The one field that a subscription asks for, whatever it is called there. */
export const fieldOf = (document: string): string => /\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(document)?.[1] ?? '';

/** The id of the event, where it is asked for: a new connection goes on from there. */
export function idOf(data: unknown): string | null {
  const [event] = Object.values((data ?? {}) as Record<string, { id?: string } | null>);
  return event?.id ?? null;
}
