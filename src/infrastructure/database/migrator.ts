import type * as mikroOrm from '@mikro-orm/migrations';
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
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
  };
}

/** For an ORM that was opened without them. @returns the names of those that were executed */
export async function runMigrations(orm: MikroORM): Promise<string[]> {
  const { migrations, extensions = [] } = migrationOptions();
  orm.config.set('migrations', { ...orm.config.get('migrations'), ...migrations });
  for (const extension of extensions) extension.register(orm);
  return (await orm.migrator.up()).map(({ name }) => name);
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
