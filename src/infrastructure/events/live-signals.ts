import { AsyncResource } from 'node:async_hooks';
import type { SecurityEvent, SecurityEventKind } from '../../foundation/security-events';
import type { FactListener } from './security-events';

/** What somebody can wait for: changes of a user's sessions, or of their credits. */
export const topics = ['sessions', 'credits'] as const;
export type Topic = (typeof topics)[number];

/** Other processes on the same data. */
export interface Peers {
  tell(userId: number, topic: Topic): void;
  /** Whether anybody waits here, so that they know whether to tell. */
  setWatching(isWatching: boolean): void;
}

/** Everybody who waits looks again after so long: for what ends by itself, and for what was lost on the way. */
const SWEEP_MS = 2_000;

/**
 * Wakes whoever waits for a change of a user's data, in this process and in others. A signal says that there is something
 * to read and never what: who wakes up reads the data, so a signal that is lost or comes twice changes nothing.
 */
export class LiveSignals {
  readonly #watchers: Readonly<Record<Topic, Map<number, Set<() => void>>>> = {
    sessions: new Map(),
    credits: new Map(),
  };
  readonly #outside = new AsyncResource('LiveSignals');
  /** Before somebody is woken: what is remembered of the user is no longer to be relied on. */
  readonly #forget: (userId: number) => void;
  #peers: Peers | undefined;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(forget: (userId: number) => void) {
    this.#forget = forget;
  }

  connect(peers: Peers): void {
    this.#peers = peers;
  }

  /** @returns what ends it */
  watch(userId: number, topic: Topic, wake: () => void): () => void {
    const watchers = this.#watchers[topic];
    const ofUser = watchers.get(userId) ?? new Set();
    watchers.set(userId, ofUser.add(wake));
    this.#follow();
    return () => {
      ofUser.delete(wake);
      if (ofUser.size === 0 && watchers.get(userId) === ofUser) watchers.delete(userId);
      this.#follow();
    };
  }

  /** Something of this user's was committed here. */
  changed(userId: number, topic: Topic): void {
    this.wake(userId, topic);
    this.#peers?.tell(userId, topic);
  }

  /** The same, without telling others. */
  wake(userId: number, topic: Topic): void {
    const watchers = this.#watchers[topic].get(userId);
    if (!watchers) return;
    this.#forget(userId);
    for (const wake of watchers) wake();
  }

  /** For when it is not known what was missed. */
  wakeEverybody(): void {
    for (const topic of topics) {
      for (const ofUser of this.#watchers[topic].values()) for (const wake of ofUser) wake();
    }
  }

  close(): void {
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  #follow(): void {
    const isWatching = topics.some((topic) => this.#watchers[topic].size > 0);
    if (isWatching === (this.#sweeping !== undefined)) return;
    if (isWatching) {
      const sweep = (): void => this.wakeEverybody();
      this.#sweeping = this.#outside.runInAsyncScope(() => setInterval(sweep, SWEEP_MS).unref());
    } else {
      this.close();
    }
    this.#peers?.setWatching(isWatching);
  }
}

/** What each event may have changed; others change nothing that anybody can wait for. */
const TOPICS: Partial<Record<SecurityEventKind, Topic>> = {
  'session.opened': 'sessions',
  'session.refreshed': 'sessions',
  'session.ended': 'sessions',
  'refresh_token.reused': 'sessions',
  'email.change_undone': 'sessions',
  'password.changed': 'sessions',
  'password.reset': 'sessions',
  'password.set_by_operator': 'sessions',
  'account.disabled': 'sessions',
  'account.deleted': 'sessions',
  'credits.booked': 'credits',
};

/** Sends a signal for each event that one may wait for. */
export function signalSecurityEvents(signals: Pick<LiveSignals, 'changed'>): FactListener {
  return (event) => {
    const topic = TOPICS[event.kind];
    const userId = topic && subjectOf(event);
    if (topic && userId !== undefined) signals.changed(userId, topic);
  };
}

function subjectOf(event: SecurityEvent): number | undefined {
  if ('user' in event) return event.user.id;
  return 'userId' in event ? event.userId : undefined;
}
