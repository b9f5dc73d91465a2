import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Config } from '../../src/config';
import { entities } from '../../src/entities';
import { EmbeddedPostgreSqlDriver } from '../../src/infrastructure/database/embedded';
import { migrate } from '../../src/infrastructure/database/migrate';
import { migrationOptions } from '../../src/infrastructure/database/migrator';
import { commonOrmOptions, serverOrmOptions, type OpenDatabase } from '../../src/infrastructure/database/orm';
import type { Logger } from '../../src/infrastructure/telemetry/logger';
import type { WorkerDatabase } from './database-environment';

declare global {
  var workerDatabase: WorkerDatabase;
}

/** The variables that make a server use this worker's database; none for the embedded one, which it is handed open. */
export function databaseVariables(): Record<string, string> {
  const { workerDatabase } = globalThis;
  return workerDatabase.kind === 'postgresql' ? { DATABASE_URL: workerDatabase.url } : {};
}

/** This worker's database, migrated, and empty unless its rows are to be kept. */
export async function openTestDatabase(
  config: Config,
  logger: Logger,
  { keepRows = false }: { keepRows?: boolean } = {},
): Promise<OpenDatabase> {
  const orm = await MikroORM.init({
    ...commonOrmOptions(entities),
    ...migrationOptions(),
    ...sqlLogging(config, logger),
    ...connectionOptions(config),
  });
  await migrate(orm, config.database, logger);
  if (!keepRows) {
    await orm.em
      .getConnection()
      .execute(
        'truncate table users, mail_outbox, rate_limits, leases, signing_keys, ended_sessions restart identity cascade',
      );
  }
  return { orm, close: () => orm.close() };
}

/** Statements with their values, where a test asks for them by DEBUG: its people are made up. */
function sqlLogging(config: Config, logger: Logger): Options {
  if (!config.database.logSql) return { debug: false };
  return { debug: ['query'], colors: false, logger: (statement) => logger.debug({ statement }, 'sql') };
}

function connectionOptions(config: Config): ReturnType<typeof serverOrmOptions> {
  const { workerDatabase } = globalThis;
  const { database, breaker } = config;
  if (workerDatabase.kind === 'postgresql') {
    const server = { poolMax: 10, tls: undefined, ...database, url: workerDatabase.url };
    return serverOrmOptions(server, breaker);
  }
  // The driver's class must come from this file's own copy of MikroORM; only the connection comes from outside.
  return { ...workerDatabase.embedded.ormOptions(), driver: EmbeddedPostgreSqlDriver };
}
