import { ReflectMetadataProvider, type EntityClass } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, PostgreSqlDriver, type Options } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
import type { BreakerConfig, DatabaseConfig, DatabaseTls } from '../../config';
import type { Logger } from '../telemetry/logger';
import { openEmbeddedDatabase } from './embedded';
import { keepDriverMessages } from './driver-messages';
import { endWhenHung } from './hung-connections';
import { migrate, waitForServer } from './migrate';
import { migrations } from './migrations';
import { tlsOptions } from './tls-options';

export type Entities = readonly EntityClass<object>[];

export interface OpenDatabase {
  readonly orm: MikroORM;
  readonly close: () => Promise<void>;
}

/** How much later than the server's own `statement_timeout` a silent connection is given up. */
const HUNG_GRACE_MS = 500;

/** knex would write "Connection Error" among the log's JSON lines; whoever used the connection is told anyway. */
const SILENT = { warn: () => undefined, error: () => undefined, debug: () => undefined };

/** What both databases and the MikroORM command line share. */
export function commonOrmOptions(entities: Entities): Options {
  return {
    entities: [...entities],
    metadataProvider: ReflectMetadataProvider,
    metadataCache: { enabled: false },
    forceUtcTimezone: true,
    // Every unit of work forks; touching the global EntityManager would leak one request's rows into another.
    allowGlobalContext: false,
    extensions: [Migrator],
    migrations: {
      path: 'dist/infrastructure/database/migrations',
      pathTs: 'src/infrastructure/database/migrations',
      migrationsList: migrations,
      transactional: true,
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
  };
}

/** The options of a PostgreSQL server; every wait on it is bounded. */
export function serverOrmOptions(
  url: string,
  poolMax: number,
  { callTimeoutSeconds }: Pick<BreakerConfig, 'callTimeoutSeconds'>,
  lockTimeoutMs: number,
  tls?: DatabaseTls,
): Options {
  const callTimeoutMs = callTimeoutSeconds * 1000;
  return {
    driver: PostgreSqlDriver,
    clientUrl: url,
    pool: {
      min: 0,
      max: poolMax,
      acquireTimeoutMillis: callTimeoutMs,
      afterCreate: (client: Client, done: (error: null, client: Client) => void) => {
        keepDriverMessages(client);
        endWhenHung(client, callTimeoutMs + HUNG_GRACE_MS);
        done(null, client);
      },
    },
    driverOptions: {
      log: SILENT,
      connection: {
        application_name: 'graphql-auth-gateway',
        connectionTimeoutMillis: callTimeoutMs,
        statement_timeout: callTimeoutMs,
        lock_timeout: lockTimeoutMs,
        idle_in_transaction_session_timeout: callTimeoutMs,
        keepAlive: true,
        // MikroORM reads nothing of the URL but where the server is.
        ...tlsOptions(tls),
      },
    },
  };
}

/**
 * Opens the configured database, brings its schema up to date and hands it over ready for use.
 * @throws EmbeddedDatabaseInUseError; Error when the server does not answer within the wait, or a migration fails
 */
export async function openDatabase(
  config: DatabaseConfig,
  breaker: BreakerConfig,
  entities: Entities,
  logger: Logger,
): Promise<OpenDatabase> {
  const opened =
    config.kind === 'embedded'
      ? await openEmbedded(config.dataDir, config, entities, logger)
      : await openServer(config, breaker, entities, logger);
  try {
    await migrate(opened.orm, config, logger);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openEmbedded(
  dataDir: string | undefined,
  { logSql }: Pick<DatabaseConfig, 'logSql'>,
  entities: Entities,
  logger: Logger,
): Promise<OpenDatabase> {
  const embedded = await openEmbeddedDatabase(dataDir);
  try {
    const options = {
      ...commonOrmOptions(entities),
      ...sqlLogging(logSql, logger),
      ...embedded.ormOptions(),
    };
    const orm = await MikroORM.init(options);
    return {
      orm,
      close: async () => {
        await orm.close();
        await embedded.close();
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

async function openServer(
  config: Extract<DatabaseConfig, { kind: 'postgresql' }>,
  breaker: BreakerConfig,
  entities: Entities,
  logger: Logger,
): Promise<OpenDatabase> {
  await waitForServer(config, logger);
  const options = {
    ...commonOrmOptions(entities),
    ...sqlLogging(config.logSql, logger),
    ...serverOrmOptions(config.url, config.poolMax, breaker, config.lockTimeoutMs, config.tls),
  };
  const orm = await MikroORM.init(options);
  return { orm, close: () => orm.close() };
}

/** Statements with their values masked: the text is ours, the values are other people's. */
function sqlLogging(enabled: boolean, logger: Logger): Options {
  if (!enabled) return { debug: false };
  return {
    debug: ['query'],
    colors: false,
    highlighter: { highlight: (text) => text.replace(/'(?:[^']|'')*'/g, "'***'") },
    logger: (statement) => logger.debug({ statement }, 'sql'),
  };
}
