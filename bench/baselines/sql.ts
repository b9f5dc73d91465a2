/** Sent by name where the database takes names, so that it is parsed once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Row = Readonly<Record<string, unknown>>;
export type Run = (statement: Statement, values?: readonly unknown[]) => Promise<Row[]>;

/** The least there is between a server and its database. */
export interface Sql {
  readonly run: Run;
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>;
}

/** Bare `pg` on PostgreSQL, bare PGlite on a copy of the embedded database. */
export async function openSql(environment: NodeJS.ProcessEnv): Promise<Sql> {
  const { DATABASE_URL: url, PGLITE_DIR: directory } = environment;
  return url === undefined ? openEmbedded(directory ?? '') : openPool(url);
}

const BEGIN = { name: 'begin', text: 'begin' };
const COMMIT = { name: 'commit', text: 'commit' };

/** As many connections as the gateway has. */
async function openPool(url: string): Promise<Sql> {
  const { Pool } = await import('pg');
  const pool = new Pool({ connectionString: url, max: 10 });
  return {
    run: async ({ name, text }, values = []) =>
      (await pool.query<Row>({ name, text, values: [...values] })).rows,
    // A failure ends the baseline, and with it the transaction: nothing has to be rolled back.
    transaction: async (work) => {
      const client = await pool.connect();
      const run: Run = async ({ name, text }, values = []) =>
        (await client.query<Row>({ name, text, values: [...values] })).rows;
      await run(BEGIN);
      const result = await work(run);
      await run(COMMIT);
      client.release();
      return result;
    },
  };
}

async function openEmbedded(directory: string): Promise<Sql> {
  const { openPglite } = await import('./pglite.js');
  const pglite = await openPglite(directory);
  return {
    run: async ({ text }, values = []) => (await pglite.query<Row>(text, [...values])).rows,
    transaction: (work) =>
      pglite.transaction((transaction) =>
        work(async ({ text }, values = []) => (await transaction.query<Row>(text, [...values])).rows),
      ),
  };
}
