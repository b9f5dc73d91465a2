import DataLoader from 'dataloader';
import { invalidInput } from '../../errors';
import { eventId, parseEventId } from '../../foundation/event-ids';
import type { Viewer } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';
import { EventFeed, type EventReader } from '../../infrastructure/events/event-feed';
import type { LiveSignals } from '../../infrastructure/events/live-signals';
import { entryColumns, entryOf, type EntryRow, type LedgerEntry } from './ledger.queries';

/** An entry that was booked, under an id to go on from. */
export interface CreditEvent {
  readonly id: string;
  readonly entry: LedgerEntry;
}

interface Wanted {
  readonly userId: number;
  readonly above: number;
}

const PAGE_SIZE = 100;
const PLACE = /^[0-9]{1,15}$/;

/** For each of many users the entries after one of theirs, the oldest first. Values: user ids, ids. */
const FIND_ABOVE: PreparedStatement = {
  name: 'credit_events',
  sql: `
    select w.place, e.*
    from unnest(cast($1 as bigint[]), cast($2 as bigint[])) with ordinality as w (owner_id, above, place)
    cross join lateral (
      select ${entryColumns} from credit_transactions
      where user_id = w.owner_id and id > w.above order by id limit ${PAGE_SIZE}
    ) e
    order by w.place, e.id`,
};

const FIND_LATEST: PreparedStatement = {
  name: 'credit_latest',
  sql: `select coalesce(max(id), 0) as id from credit_transactions where user_id = $1`,
};

/** The ledger as it grows. Its ids rise in the order in which an account was booked, so nothing is told twice or left out. */
export class CreditEvents {
  readonly #loader: DataLoader<Wanted, LedgerEntry[]>;

  constructor(
    private readonly database: Database,
    private readonly signals: Pick<LiveSignals, 'watch'>,
  ) {
    this.#loader = new DataLoader((wanted) => this.#find(wanted), {
      cache: false,
      batchScheduleFn: (send) => void setImmediate(send),
    });
  }

  /**
   * The viewer's own entries from now on, or from where `since` left off.
   * @param admit asked before each event; throws when the viewer may see no more
   * @throws AppError INVALID_INPUT for a `since` that is no event's id; SERVICE_UNAVAILABLE
   */
  async follow(
    { userId }: Viewer,
    since: string | null | undefined,
    admit: () => Promise<unknown>,
  ): Promise<EventFeed<CreditEvent>> {
    const above = since == null ? await this.#latest(userId) : placeOf(since);
    this.database.wasTold(userId);
    const watch = (wake: () => void): (() => void) => this.signals.watch(userId, 'credits', wake);
    return new EventFeed({ reader: this.#readerOf(userId, above), watch, admit });
  }

  /** The id of an event to go on from, for whoever has heard of none: all that is booked from now on comes after it. */
  async positionOf({ userId }: Viewer): Promise<string> {
    return eventId('CreditEvent', String(await this.#latest(userId)));
  }

  #readerOf(userId: number, start: number): EventReader<CreditEvent> {
    let above = start;
    return {
      read: async () => {
        const entries = await this.#loader.load({ userId, above });
        above = entries.at(-1)?.id ?? above;
        const events = entries.map((entry) => ({ id: eventId('CreditEvent', String(entry.id)), entry }));
        return { events, isMore: entries.length === PAGE_SIZE };
      },
    };
  }

  /** What is listed after it has no entry less, whichever node booked it. */
  async #latest(userId: number): Promise<number> {
    const [row] = await this.database.statement<{ id: string }>(FIND_LATEST, [userId]);
    this.database.wasTold(userId);
    return Number(row?.id ?? 0);
  }

  async #find(wanted: readonly Wanted[]): Promise<LedgerEntry[][]> {
    const rows = await this.database.statement<EntryRow & { readonly place: string }>(FIND_ABOVE, [
      wanted.map(({ userId }) => userId),
      wanted.map(({ above }) => above),
    ]);
    const found = wanted.map((): LedgerEntry[] => []);
    for (const { place, ...row } of rows) {
      const entry = entryOf(row);
      this.database.wasTold(entry.userId);
      found[Number(place) - 1]?.push(entry);
    }
    return found;
  }
}

function placeOf(since: string): number {
  const place = parseEventId('CreditEvent', since) ?? '';
  if (!PLACE.test(place)) throw invalidInput({ field: 'since', message: 'must be the id of a credit event' });
  return Number(place);
}
