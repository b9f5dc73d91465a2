import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import type { Options } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
import { keepDriverMessages } from '../driver-messages';
import { EmbeddedPostgreSqlDriver } from './embedded-postgresql-driver';
import { WireSocket, type WireSession } from './wire-socket';

/** How long statements may keep the event loop, on whose thread they run, before other work gets a turn. */
const MAX_TURN_MS = 5;

const ROLLBACK = simpleQuery('ROLLBACK');
const DISCARD_ALL = simpleQuery('DISCARD ALL');
// PGlite sets it when it opens; by its own default it sees pg_catalog only.
const SET_SEARCH_PATH = simpleQuery('SET search_path TO public');

/** An open embedded database. It serves one MikroORM at a time. */
export class EmbeddedDatabase {
  readonly #session: PgliteSession;
  #closed: Promise<void> | undefined;

  constructor(
    private readonly pglite: PGlite,
    private readonly name: string,
    private readonly releaseLock: () => Promise<void>,
  ) {
    this.#session = new PgliteSession(pglite);
  }

  /** What `MikroORM.init` needs to know of this database; goes last, after the options shared with a real server. */
  ormOptions(): Pick<Options, 'driver' | 'dbName' | 'pool' | 'driverOptions'> {
    return {
      driver: EmbeddedPostgreSqlDriver,
      dbName: this.name,
      pool: {
        afterCreate: (client: Client, done: (error: null, client: Client) => void) => {
          keepDriverMessages(client);
          done(null, client);
        },
      },
      // Without `ssl`, pg would follow PGSSLMODE from the environment.
      driverOptions: { connection: { ssl: false, stream: () => new WireSocket(this.#session) } },
    };
  }

  /** Writes everything out and gives the directory free. Close the MikroORM before; what it still runs is cut off. */
  async close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    try {
      this.#session.end();
      if (!this.#session.crashed) await this.pglite.close();
    } finally {
      await this.releaseLock();
    }
  }
}

class PgliteSession implements WireSession {
  #socket: WireSocket | undefined;
  /** Why no more statements are taken. */
  #end: Error | undefined;
  /** Spent on statements in this turn of the event loop. */
  #turnMs = 0;
  crashed = false;

  constructor(private readonly pglite: PGlite) {}

  attach(socket: WireSocket): void {
    if (this.#end) throw this.#end;
    if (this.#socket)
      throw failure('53300', 'The embedded database serves one connection, and that is taken');
    this.#socket = socket;
  }

  detach(socket: WireSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.crashed) return;
    for (const statement of [ROLLBACK, DISCARD_ALL, SET_SEARCH_PATH])
      this.#execute(statement).catch(() => undefined);
  }

  async exchange(socket: WireSocket, message: Uint8Array): Promise<Uint8Array> {
    // No sooner than needed: everybody else waits for the connection while a transaction waits for its turn.
    if (this.#turnMs > MAX_TURN_MS) await nextTurn();
    if (this.#end) throw this.#end;
    if (this.#socket !== socket) throw failure('08003', 'This connection to the embedded database is closed');
    if (this.#turnMs === 0) setImmediate(() => (this.#turnMs = 0));
    const startedAt = performance.now();
    const answer = await this.#execute(message);
    this.#turnMs += performance.now() - startedAt;
    return answer;
  }

  end(): void {
    this.#end ??= failure('57P01', 'The embedded database is closed');
    this.#socket?.destroy(this.#end);
  }

  /**
   * `execProtocol`, because `execProtocolRaw` keeps every message it ever parsed. An error of PostgreSQL's is part of
   * the answer; what is thrown is the end of the engine itself (a full disk, say), which only a new process can mend.
   */
  async #execute(message: Uint8Array): Promise<Uint8Array> {
    try {
      return (await this.pglite.execProtocol(message, { throwOnError: false })).data;
    } catch (error) {
      this.crashed = true;
      this.#end ??= failure('57P02', 'The embedded database has stopped; restart the server', error);
      throw this.#end;
    }
  }
}

/** With an SQLSTATE, so that it is told from a mistake in a statement just like a server's own. */
function failure(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

function simpleQuery(sql: string): Uint8Array {
  const message = Buffer.alloc(sql.length + 6);
  message.write('Q', 0);
  message.writeInt32BE(sql.length + 5, 1);
  message.write(sql, 5);
  return message;
}
