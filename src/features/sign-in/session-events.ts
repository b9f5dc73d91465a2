import DataLoader from 'dataloader';
import { invalidInput } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { eventId, parseEventId } from '../../foundation/event-ids';
import type { Database } from '../../infrastructure/database/database';
import { EventFeed, type EventReader } from '../../infrastructure/events/event-feed';
import type { LiveSignals } from '../../infrastructure/events/live-signals';
import type { SessionViewer } from '../../foundation/viewer';
import {
  FIND_SESSION_EVENTS,
  PAGE_SIZE,
  type SessionEventKind,
  type SessionEventRow,
} from './session-events.statement';
import type { Session } from './session.entity';

/** What happened to a session of somebody's. */
export interface SessionEvent {
  readonly id: string;
  readonly kind: SessionEventKind;
  readonly at: Date;
  /** As it is when the event is read, which may be later than it happened. */
  readonly session: Omit<Session, 'user' | 'openedBy' | 'revokedAt'>;
}

interface Wanted {
  readonly userId: number;
  readonly since: Date;
  readonly atMost: number;
}

/** On top of the longest unit of work: what the clocks of several nodes may differ. */
const CLOCKS_DIFFER_MS = 2_000;
const PLACE = /^([0-9]{1,15})-/;

/**
 * Session events are no rows of their own, and cost those who refresh nothing: they are what the sessions and their
 * refresh tokens say of when they were opened, exchanged and ended, for as long as those are kept (a day after the end).
 *
 * Two commits need not become visible in the order of their times. So each look goes back by as long as one can take, and
 * what was told already is left out; a subscriber that goes on `since` an event may meet those of the last moments
 * before it again, under the ids they had.
 */
export class SessionEvents {
  readonly #overlapMs: number;
  readonly #loader: DataLoader<Wanted, SessionEvent[]>;

  constructor(
    private readonly database: Database,
    private readonly signals: Pick<LiveSignals, 'watch'>,
    private readonly clock: Clock,
    callTimeoutSeconds: number,
  ) {
    this.#overlapMs = callTimeoutSeconds * 1000 + CLOCKS_DIFFER_MS;
    this.#loader = new DataLoader((wanted) => this.#find(wanted), {
      cache: false,
      batchScheduleFn: (send) => void setImmediate(send),
    });
  }

  /**
   * The viewer's own events from now on, or from where `since` left off.
   * @param admit asked before each event; throws when the viewer may see no more
   * @throws AppError INVALID_INPUT for a `since` that is no event's id
   */
  follow(
    viewer: SessionViewer,
    since: string | null | undefined,
    admit: () => Promise<unknown>,
  ): EventFeed<SessionEvent> {
    const reader = this.#readerOf(viewer.userId, since ?? undefined);
    const watch = (wake: () => void): (() => void) => this.signals.watch(viewer.userId, 'sessions', wake);
    return new EventFeed({ reader, watch, admit });
  }

  /** The id of an event to go on from, for whoever has heard of none. */
  position(): string {
    return eventId('SessionEvent', `${this.clock.now().getTime()}-START`);
  }

  #readerOf(userId: number, since: string | undefined): EventReader<SessionEvent> {
    const nowMs = (): number => this.clock.now().getTime();
    const floorMs = since === undefined ? nowMs() : timeOf(since) - this.#overlapMs;
    let fromMs = floorMs;
    const told = new Map<string, number>(since === undefined ? [] : [[since, fromMs + this.#overlapMs]]);
    return {
      read: async () => {
        const nextMs = Math.max(floorMs, nowMs() - this.#overlapMs);
        // What was told comes again: without room beside it, many of one moment would be read for ever.
        const atMost = PAGE_SIZE + told.size;
        const found = await this.#loader.load({ userId, since: new Date(fromMs), atMost });
        const events = found.filter(({ id }) => !told.has(id));
        for (const { id, at } of events) told.set(id, at.getTime());
        const isMore = found.length === atMost;
        fromMs = isMore ? (found.at(-1)?.at.getTime() ?? nextMs) : nextMs;
        for (const [id, atMs] of told) if (atMs < fromMs) told.delete(id);
        return { events, isMore };
      },
    };
  }

  async #find(wanted: readonly Wanted[]): Promise<SessionEvent[][]> {
    const rows = await this.database.statement<SessionEventRow>(FIND_SESSION_EVENTS, [
      wanted.map(({ userId }) => userId),
      wanted.map(({ since }) => since),
      wanted.map(({ atMost }) => atMost),
      this.clock.now(),
    ]);
    const found = wanted.map((): SessionEvent[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(eventOf(row));
    return found;
  }
}

function eventOf({ kind, at, mark, ...row }: SessionEventRow): SessionEvent {
  const when = new Date(at);
  return {
    id: eventId('SessionEvent', `${when.getTime()}-${kind}-${row.id}${mark}`),
    kind,
    at: when,
    session: {
      id: row.id,
      createdAt: new Date(row.createdAt),
      lastUsedAt: new Date(row.lastUsedAt),
      expiresAt: new Date(row.expiresAt),
      ipAddress: row.ipAddress,
      userAgent: row.userAgent,
    },
  };
}

function timeOf(since: string): number {
  const [, at] = PLACE.exec(parseEventId('SessionEvent', since) ?? '') ?? [];
  if (at === undefined) throw invalidInput({ field: 'since', message: 'must be the id of a session event' });
  return Number(at);
}
