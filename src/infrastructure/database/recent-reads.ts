import { AsyncResource } from 'node:async_hooks';
import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { SessionsConfig } from '../../config';
import type { Database } from './database';

/** Longest list of keys in one statement. */
const MAX_KEYS = 1000;

export type RecentReadsConfig = Pick<SessionsConfig, 'checkMaxAgeMs' | 'cacheSize'>;

/** What is remembered: several requests get the very same row, and it outlives them all. */
export interface RecentRow {
  /** Whose it is: it is not relied on once this node has changed anything of theirs. */
  readonly ownerId: number;
}

interface Remembered<Row> {
  /** In `performance.now()` milliseconds: what the answer tells may be this old. */
  readonly askedAtMs: number;
  /** A promise while the question is under way. */
  answer: Row | undefined | Promise<Row | undefined>;
}

/**
 * Rows that are asked for again and again, by their keys: from the database, or from what it said a moment ago.
 *
 * An answer is used for `checkMaxAgeMs` at most, counted from before it was asked for, and not once this node has ended a
 * unit of work that concerns its owner. So whoever changes something through this node sees it at once, and what another
 * node changed is seen within `checkMaxAgeMs` whatever is lost on the network. Questions that arrive in one turn of the event
 * loop share one statement: a busy server asks less often, not more.
 *
 * What is kept are the rows alone, which `find` makes plain and small. A promise would keep the request in whose context it
 * was made, with all its headers; so promises go as soon as they are settled, and questions are put outside any request.
 */
export class RecentReads<Key extends number | string, Row extends RecentRow> {
  readonly #remembered: LRUCache<Key, Remembered<Row>>;
  readonly #loader: DataLoader<Key, Row | undefined>;
  /** The context of nobody's request. */
  readonly #outside = new AsyncResource('RecentReads');

  /** @param find the rows that there are, by key */
  constructor(
    private readonly database: Database,
    private readonly config: RecentReadsConfig,
    find: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Row>>,
  ) {
    this.#remembered = new LRUCache({ max: config.cacheSize });
    this.#loader = new DataLoader<Key, Row | undefined>(
      async (keys) => {
        const found = await find(keys);
        return keys.map((key) => found.get(key));
      },
      { cache: false, maxBatchSize: MAX_KEYS, batchScheduleFn: (send) => void setImmediate(send) },
    );
  }

  /** At once where the row is known, else when the database has answered; throws as `find` does, which is not remembered. */
  get(key: Key): Row | undefined | Promise<Row | undefined> {
    const known = this.#remembered.get(key);
    if (known && this.#isFresh(known)) return known.answer;
    return this.#outside.runInAsyncScope(() => this.#ask(key));
  }

  #ask(key: Key): Promise<Row | undefined> {
    const asked = this.#loader.load(key);
    const question: Remembered<Row> = { askedAtMs: performance.now(), answer: asked };
    this.#remembered.set(key, question);
    asked.then(
      (row) => (question.answer = row),
      () => {
        if (this.#remembered.peek(key) === question) this.#remembered.delete(key);
      },
    );
    return asked;
  }

  #isFresh({ askedAtMs, answer }: Remembered<Row>): boolean {
    if (performance.now() - askedAtMs >= this.config.checkMaxAgeMs) return false;
    // Whose it will be is not known while the question is under way.
    const ownerId = answer instanceof Promise ? undefined : answer?.ownerId;
    return !this.database.ownChanges.since(askedAtMs, ownerId);
  }
}
