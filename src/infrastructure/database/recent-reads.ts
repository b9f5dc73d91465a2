import type { SqlEntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { SessionsConfig } from '../../config';
import type { Database } from './database';

/** Longest list of keys in one statement. */
const MAX_KEYS = 1000;

export type RecentReadsConfig = Pick<SessionsConfig, 'checkMaxAgeMs' | 'cacheSize'>;

interface Moment {
  /** In `performance.now()` milliseconds: what the answer tells may be this old. */
  readonly askedAtMs: number;
  /** How many units of work this node had ended when the question was asked. */
  readonly afterUnits: number;
}

interface Question<Row> extends Moment {
  readonly answer: Promise<Row | undefined>;
}

/**
 * Rows that are asked for again and again, by their keys: from the database, or from what it said a moment ago.
 *
 * An answer is used for `checkMaxAgeMs` at most, counted from before it was asked for, and not once this node has ended a unit of work since it was asked for. So
 * whoever changes something through this node sees it at once, and what another node changed is seen within `checkMaxAgeMs`
 * whatever is lost on the network. Questions that arrive in one turn of the event loop share one statement: a busy server
 * asks less often, not more. Several callers may get the very same row, so nobody may change it.
 */
export class RecentReads<Key extends number | string, Row extends object> {
  readonly #questions: LRUCache<Key, Question<Row>>;
  readonly #loader: DataLoader<Key, Row | undefined>;

  /** @param find the rows that there are, by key */
  constructor(
    private readonly database: Database,
    private readonly config: RecentReadsConfig,
    find: (em: SqlEntityManager, keys: Key[]) => Promise<Map<Key, Row>>,
  ) {
    this.#questions = new LRUCache({ max: config.cacheSize });
    this.#loader = new DataLoader<Key, Row | undefined>(
      async (keys) => {
        const found = await database.read((em) => find(em, [...keys]));
        return keys.map((key) => found.get(key));
      },
      { cache: false, maxBatchSize: MAX_KEYS, batchScheduleFn: (send) => void setImmediate(send) },
    );
  }

  /** Throws as `Database.read` does; a failure is not remembered. */
  get(key: Key): Promise<Row | undefined> {
    const known = this.#questions.get(key);
    if (known && this.#isFresh(known)) return known.answer;
    const question = { ...this.#now(), answer: this.#loader.load(key) };
    this.#questions.set(key, question);
    question.answer.catch(() => {
      if (this.#questions.peek(key) === question) this.#questions.delete(key);
    });
    return question.answer;
  }

  /** For a read of one's own that brings such rows along: called before it, answers with what remembers a row after it. */
  learner(): (key: Key, row: Row) => void {
    const asked = this.#now();
    return (key, row) => void this.#questions.set(key, { ...asked, answer: Promise.resolve(row) });
  }

  #now(): Moment {
    return { askedAtMs: performance.now(), afterUnits: this.database.endedUnits };
  }

  #isFresh({ askedAtMs, afterUnits }: Moment): boolean {
    return (
      afterUnits === this.database.endedUnits && performance.now() - askedAtMs < this.config.checkMaxAgeMs
    );
  }
}
