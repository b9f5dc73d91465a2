import 'reflect-metadata';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { entities } from './src/entities';
import { loadConfig, readEnvironment } from './src/config';
import { openEmbeddedDatabase } from './src/infrastructure/database/embedded';
import { migrationOptions } from './src/infrastructure/database/migrator';
import { commonOrmOptions, serverOrmOptions } from './src/infrastructure/database/orm';

/** For the MikroORM command line: `npx mikro-orm migration:create|up|down|check`, on the configured database. */
export default async (): Promise<Options> => {
  const { database, breaker } = loadConfig(readEnvironment());
  const connection =
    database.kind === 'embedded'
      ? (await openEmbeddedDatabase(database.dataDir)).ormOptions()
      : serverOrmOptions(database, breaker);
  return defineConfig({ ...commonOrmOptions(entities), ...migrationOptions(), ...connection });
};
