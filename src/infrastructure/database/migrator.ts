import type * as mikroOrm from '@mikro-orm/migrations';
import type { Migration } from '@mikro-orm/migrations';
import type { MikroORM, Options } from '@mikro-orm/postgresql';
import type * as ours from './migrations';
import { migrationNames } from './migrations/names';

/** Where the executed ones are written down. */
const TABLE = 'mikro_orm_migrations';

/** The ORM's migrator and our migrations. Loading them takes longer than most starts need for everything else of the database. */
export function migrationOptions(): Pick<Options, 'extensions' | 'migrations'> {
  const { Migrator } = require('@mikro-orm/migrations') as typeof mikroOrm;
  const { migrations } = require('./migrations') as typeof ours;
  return {
    extensions: [Migrator],
    migrations: {
      tableName: TABLE,
      path: 'dist/infrastructure/database/migrations',
      pathTs: 'src/infrastructure/database/migrations',
      migrationsList: [...migrations],
      transactional: true,
      // Each for itself: together they would hold the locks of all until the end of the last one.
      allOrNothing: false,
      snapshot: false,
      silent: true,
    },
  };
}

/**
 * Does one migration; may do it again, because one that failed has changed nothing or can be repeated. What it passes to
 * `work` is for how many milliseconds the migration's transaction waits for a table.
 */
export type Attempt = (name: string, work: (lockTimeoutMs?: number) => Promise<void>) => Promise<void>;

/**
 * Applies what is pending, one migration after the other, each in a transaction with its note that it was applied, or where
 * it cannot run in one outside. Nobody else may migrate this database meanwhile.
 *
 * @param attempt not needed where nobody else works on the database
 * @returns the names of those that were executed
 */
export async function runMigrations(
  orm: MikroORM,
  attempt: Attempt = (_name, work) => work(),
): Promise<string[]> {
  const { pending } = await schemaStateOf(orm);
  for (const name of pending) {
    await attempt(name, async (lockTimeoutMs) => {
      // A new one for each try: one that failed goes on using the transaction that failed.
      await migratorOf(orm, name, lockTimeoutMs).up({ migrations: [name] });
    });
  }
  return [...pending];
}

/** Of one migration. */
function migratorOf(orm: MikroORM, name: string, lockTimeoutMs: number | undefined): mikroOrm.Migrator {
  const { Migrator } = require('@mikro-orm/migrations') as typeof mikroOrm;
  const { migrations } = require('./migrations') as typeof ours;
  const Found = migrations.find((migration) => migration.name === name)?.class;
  if (!Found) throw new Error(`There is no migration ${name}`);
  class Bounded extends Found {
    override getQueries(): ReturnType<Migration['getQueries']> {
      const queries = super.getQueries();
      if (lockTimeoutMs === undefined || !this.isTransactional()) return queries;
      // The bound of the role's statements is for requests.
      return [`set local lock_timeout = ${lockTimeoutMs}`, 'set local statement_timeout = 0', ...queries];
    }
  }
  const before = orm.config.get('migrations');
  orm.config.set('migrations', {
    ...before,
    ...migrationOptions().migrations,
    migrationsList: [{ name, class: Bounded }],
    // The note in the same transaction; a migration that runs outside of any can be repeated.
    allOrNothing: new Found(orm.em.getDriver(), orm.config).isTransactional(),
  });
  const migrator = new Migrator(orm.em);
  orm.config.set('migrations', before);
  return migrator;
}

/** How the database's schema compares to this program's. */
export interface SchemaState {
  /** What the database does not have yet, in the order it is applied. */
  readonly pending: readonly string[];
  /** What the database has and this program does not know: a newer version was here. */
  readonly unknown: readonly string[];
}

/** @param query runs one statement on the database and returns its rows */
export async function schemaState(query: (sql: string) => Promise<object[]>): Promise<SchemaState> {
  const [table] = (await query(`select to_regclass('${TABLE}') is not null as found`)) as {
    found: boolean;
  }[];
  const rows = table?.found ? ((await query(`select name from ${TABLE}`)) as { name: string }[]) : [];
  const executed = new Set(rows.map(({ name }) => name));
  const known = new Set<string>(migrationNames);
  return {
    pending: migrationNames.filter((name) => !executed.has(name)),
    unknown: [...executed].filter((name) => !known.has(name)),
  };
}

export function schemaStateOf(orm: MikroORM): Promise<SchemaState> {
  return schemaState((sql) => orm.em.getConnection().execute<object[]>(sql));
}
