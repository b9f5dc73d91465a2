import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { migrationOptions } from '../../src/infrastructure/database/migrator';
import { migrationNames, type MigrationName } from '../../src/infrastructure/database/migrations/names';

/** The newest migration of the last release: its nodes still run while those after it are applied. A release moves it. */
export const LAST_RELEASED: MigrationName = 'Migration20261121006000_changes_from_no_address';

/** What nodes of the last release do not know of. */
export const SINCE_RELEASE = migrationNames.slice(migrationNames.indexOf(LAST_RELEASED) + 1);

/** Gives an empty database of a PostgreSQL server the schema of the last release. */
export async function makeReleasedSchema(url: string): Promise<void> {
  const orm = await MikroORM.init({
    driver: PostgreSqlDriver,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    clientUrl: url,
    ...migrationOptions(),
  });
  try {
    await orm.migrator.up({ to: LAST_RELEASED });
  } finally {
    await orm.close();
  }
}
