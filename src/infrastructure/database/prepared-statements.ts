import type { MikroORM } from '@mikro-orm/postgresql';
import type { Client, QueryResult } from 'pg';

/** A statement that each connection parses once: afterwards its name and its values travel, and its plan may be kept. */
export interface PreparedStatement {
  /** Unique; PostgreSQL takes no more than 63 characters. */
  readonly name: string;
  /** With `$1`, `$2`, … where the values go; a cast says what type each has. */
  readonly sql: string;
}

/** knex's pool of connections, of which knex has no type. */
interface Pool {
  acquireConnection(): Promise<Client>;
  releaseConnection(client: Client): Promise<void>;
}

/**
 * Runs single statements on the ORM's connections, past all that builds SQL: it would make the same text again for every
 * request, which cost more than the database's own work.
 */
export class PreparedStatements {
  /** @param keepsNames whether a connection stays ours, so that it knows next time what it has parsed */
  constructor(
    private readonly orm: MikroORM,
    private readonly keepsNames: boolean,
  ) {}

  /** @throws DriverException as the ORM does */
  async run<Row>({ name, sql }: PreparedStatement, values: readonly unknown[]): Promise<Row[]> {
    const connection = this.orm.em.getConnection();
    const pool = connection.getKnex().client as Pool;
    const startedAtMs = performance.now();
    try {
      const client = await pool.acquireConnection();
      const query = { ...(this.keepsNames && { name }), text: sql, values: [...values] };
      const { rows } = await send(client, query).finally(() => pool.releaseConnection(client));
      this.#log(sql, startedAtMs);
      return rows as Row[];
    } catch (error) {
      throw this.orm.em.getDriver().convertException(error as Error);
    }
  }

  /** Text only: no value is part of it. */
  #log(query: string, startedAtMs: number): void {
    const logger = this.orm.config.getLogger();
    if (logger.isEnabled('query')) {
      logger.logQuery({ level: 'info', query, took: Math.round(performance.now() - startedAtMs) });
    }
  }
}

/** With a callback, for it is by callbacks that the connections are watched. */
function send(
  client: Client,
  query: { readonly name?: string; readonly text: string; readonly values: unknown[] },
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(query, (error: Error | null, result: QueryResult) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}
