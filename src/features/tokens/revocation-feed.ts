import { AsyncResource } from 'node:async_hooks';
import type { OAuthConfig } from '../../config';
import { AppError, invalidInput } from '../../errors';
import type { EndedSessionRecord, EndedSessions } from './ended-sessions';
import type { OAuthClient } from './oauth-clients';

/** How often the database is asked while somebody waits: revocations are to be known everywhere within a second. */
const LOOK_EVERY_MS = 200;
/** Most sessions in one answer; who is further behind asks again at once. */
const MAX_PAGE = 1_000;

const CURSOR = /^\d{1,15}$/;

/** Sessions that ended, and where to go on. */
export interface RevocationPage {
  readonly cursor: string;
  readonly sessions: readonly EndedSessionRecord[];
}

interface Waiter {
  readonly position: number;
  readonly answer: (sessions: readonly EndedSessionRecord[]) => void;
  readonly fail: (error: unknown) => void;
}

/** Tells services that verify tokens on their own which sessions ended, as soon as they do. */
export class RevocationFeed {
  readonly #waiters = new Set<Waiter>();
  /** The context of nobody's request. */
  readonly #scope = new AsyncResource('RevocationFeed');
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isClosed = false;
  /** By client: how many of its requests wait or stay open. */
  readonly #open = new Map<string, number>();

  constructor(
    private readonly ended: EndedSessions,
    private readonly config: Pick<OAuthConfig, 'feedConnections' | 'feedWaitSeconds'>,
  ) {}

  /**
   * What ended after a cursor: at once where there is something, else as soon as there is, else nothing after a while. Without
   * a cursor, or with one of another database, all that a token may still name, at once.
   * @throws AppError INVALID_INPUT for what is no cursor; SERVICE_UNAVAILABLE, also when too many of the client's wait
   */
  async next(client: OAuthClient, cursor: string | undefined, signal: AbortSignal): Promise<RevocationPage> {
    const leave = this.#enter(client);
    try {
      return await this.#next(await this.#positionOf(cursor), signal);
    } finally {
      leave();
    }
  }

  /** Page after page, as they come; empty ones in between show that the connection lives. Throws as `next` does. */
  async open(
    client: OAuthClient,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<RevocationPage>> {
    const leave = this.#enter(client);
    // Pages that nobody begins to read have no end of their own.
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      return this.#pages(await this.#positionOf(cursor), signal, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Answers all who wait, so that the server can stop. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { answer } of this.#waiters) answer([]);
  }

  async *#pages(
    start: number | undefined,
    signal: AbortSignal,
    leave: () => void,
  ): AsyncGenerator<RevocationPage> {
    try {
      let position = start;
      while (!signal.aborted && !this.#isClosed) {
        const page = await this.#next(position, signal);
        position = Number(page.cursor);
        yield page;
      }
    } finally {
      leave();
    }
  }

  async #next(position: number | undefined, signal: AbortSignal): Promise<RevocationPage> {
    if (position === undefined) {
      // First: what gets a number between the two is told now, or comes after this position.
      const lastPosition = await this.ended.lastPosition();
      return pageOf(await this.ended.after(0, MAX_PAGE), lastPosition);
    }
    return pageOf(await this.#wait(position, signal), position);
  }

  /** Nothing for a client that has gone. */
  #wait(position: number, signal: AbortSignal): Promise<readonly EndedSessionRecord[]> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
      };
      const answer = (sessions: readonly EndedSessionRecord[]): void => {
        leave();
        resolve(sessions);
      };
      const fail = (error: unknown): void => {
        leave();
        reject(error instanceof Error ? error : new Error('The feed failed', { cause: error }));
      };
      const giveUp = (): void => answer([]);
      const timeout = setTimeout(giveUp, this.config.feedWaitSeconds * 1000);
      const waiter = { position, answer, fail };
      if (signal.aborted || this.#isClosed) {
        giveUp();
        return;
      }
      signal.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
      this.#scope.runInAsyncScope(() => void this.#look());
    });
  }

  /** One question for all who wait, from where the one furthest behind is. */
  async #look(): Promise<void> {
    const asked = [...this.#waiters];
    if (this.#isLooking || asked.length === 0) return;
    this.#isLooking = true;
    clearTimeout(this.#timer);
    try {
      const sessions = await this.ended.after(Math.min(...asked.map(({ position }) => position)), MAX_PAGE);
      for (const { position, answer } of asked) {
        const theirs = sessions.filter((session) => session.position > position);
        if (theirs.length > 0) answer(theirs);
      }
    } catch (error) {
      for (const { fail } of asked) fail(error);
    } finally {
      this.#isLooking = false;
    }
    if (this.#waiters.size > 0 && !this.#isClosed) {
      this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref();
    }
  }

  /** Undefined for the beginning. @throws AppError INVALID_INPUT */
  async #positionOf(cursor: string | undefined): Promise<number | undefined> {
    if (cursor === undefined) return undefined;
    if (!CURSOR.test(cursor))
      throw invalidInput({ field: 'since', message: 'must be a cursor of this feed' });
    const position = Number(cursor);
    // Of a database that was put back to an earlier state: to wait for what it has lost would be for ever.
    return position > (await this.ended.lastPosition()) ? undefined : position;
  }

  /**
   * A place among the client's own: one that forgets its connections takes nobody else's.
   * @returns gives it back; called again it does nothing
   * @throws AppError SERVICE_UNAVAILABLE
   */
  #enter({ id }: OAuthClient): () => void {
    const others = this.#open.get(id) ?? 0;
    if (others >= this.config.feedConnections) throw new AppError('SERVICE_UNAVAILABLE');
    this.#open.set(id, others + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#open.set(id, (this.#open.get(id) ?? 1) - 1);
      isIn = false;
    };
  }
}

/** @param position where the reader is when there was nothing */
function pageOf(sessions: readonly EndedSessionRecord[], position: number): RevocationPage {
  return { cursor: String(sessions.at(-1)?.position ?? position), sessions };
}
