import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import type { SessionsConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import type { Viewer } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import { Session } from './session.entity';

interface Known {
  /** Null for a session that has ended, expired or never was. */
  readonly viewer: Viewer | null;
  /** When the question left for the database, in `performance.now()` milliseconds: what it learnt may be this old. */
  readonly askedAtMs: number;
}

interface Question {
  readonly askedAtMs: number;
  readonly answer: Promise<Known>;
}

/**
 * Tells whether a session is alive, from the database or from what the database said a moment ago.
 *
 * An answer is used for `checkMaxAgeMs` at most, counted from before the question was asked, so a session revoked through
 * another node is refused here within that time whatever is lost on the network. A session revoked through this node
 * is forgotten before the caller hears of it. Questions that arrive together share one query.
 */
export class SessionRegistry {
  readonly #known: LRUCache<string, Known>;
  #waiting = new Map<string, Question>();
  #batch: Promise<Map<string, Viewer>> | undefined;
  #batchIds: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly config: SessionsConfig,
    private readonly clock: Clock,
  ) {
    this.#known = new LRUCache({ max: config.cacheSize });
  }

  /** @throws AppError INVALID_TOKEN for a session that is no longer alive; SERVICE_UNAVAILABLE */
  async viewerOf(sessionId: string): Promise<Viewer> {
    const known = this.#fresh(sessionId) ?? (await this.#ask(sessionId));
    if (!known.viewer) throw new AppError('INVALID_TOKEN');
    return known.viewer;
  }

  /** To be called once a revocation is committed, and before its caller is told. */
  forgetSession(sessionId: string): void {
    this.#known.delete(sessionId);
    // A question already under way may have been answered before the revocation: nobody else may share its answer.
    this.#waiting.delete(sessionId);
  }

  /** The same for every session of a user. */
  forgetUser(userId: number): void {
    for (const [sessionId, known] of this.#known) {
      if (known.viewer?.userId === userId) this.#known.delete(sessionId);
    }
    this.#waiting = new Map();
  }

  #fresh(sessionId: string): Known | undefined {
    const known = this.#known.get(sessionId);
    return known && this.#isFresh(known) ? known : undefined;
  }

  #isFresh({ askedAtMs }: { readonly askedAtMs: number }): boolean {
    return performance.now() - askedAtMs < this.config.checkMaxAgeMs;
  }

  #ask(sessionId: string): Promise<Known> {
    const waiting = this.#waiting.get(sessionId);
    // An answer that is slow to come may be older than the session's end when it does: whoever asks late asks anew.
    if (waiting && this.#isFresh(waiting)) return waiting.answer;
    const askedAtMs = performance.now();
    const answer = this.#load(sessionId, askedAtMs);
    const question = { askedAtMs, answer };
    this.#waiting.set(sessionId, question);
    const settle = (known?: Known): void => {
      if (this.#waiting.get(sessionId) !== question) return;
      this.#waiting.delete(sessionId);
      if (known) this.#known.set(sessionId, known);
    };
    answer.then(settle, () => settle());
    return answer;
  }

  async #load(sessionId: string, askedAtMs: number): Promise<Known> {
    this.#batchIds.push(sessionId);
    // The first of a tick opens the batch; it leaves when the tick is over.
    this.#batch ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const ids = this.#batchIds;
      this.#batch = undefined;
      this.#batchIds = [];
      return this.database.read((em) => findLiveSessions(em, ids, this.clock.now()));
    });
    const live = await this.#batch;
    return { viewer: live.get(sessionId) ?? null, askedAtMs };
  }
}

async function findLiveSessions(
  em: SqlEntityManager,
  ids: string[],
  now: Date,
): Promise<Map<string, Viewer>> {
  const rows: { id: string; user_id: string; role: Viewer['role'] }[] = await em
    .createQueryBuilder(Session, 's')
    .select(['s.id', 's.user_id', 'u.role'])
    .join('s.user', 'u')
    .where({ 's.id': { $in: ids }, 's.revokedAt': null, 's.expiresAt': { $gt: now }, 'u.isActive': true })
    .execute('all', false);
  return new Map(
    rows.map((row) => [row.id, { sessionId: row.id, userId: Number(row.user_id), role: row.role }] as const),
  );
}
