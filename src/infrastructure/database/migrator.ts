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

/** The names of those that the database does not have yet, in their order. */
export async function pendingMigrations(orm: MikroORM): Promise<string[]> {
  const connection = orm.em.getConnection();
  const [table] = await connection.execute<{ found: boolean }[]>(
    `select to_regclass('${TABLE}') is not null as found`,
  );
  if (!table?.found) return [...migrationNames];
  const rows = await connection.execute<{ name: string }[]>(`select name from ${TABLE}`);
  const executed = new Set(rows.map(({ name }) => name));
  return migrationNames.filter((name) => !executed.has(name));
}
