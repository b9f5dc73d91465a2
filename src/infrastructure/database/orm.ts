import { ReflectMetadataProvider, type EntityClass } from '@mikro-orm/core';
import { MikroORM, PostgreSqlDriver, type Options } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
import type { BreakerConfig, DatabaseConfig, ReplicaTarget } from '../../config';
import type { Logger } from '../telemetry/logger';
import { openEmbeddedDatabase } from './embedded';
import { keepDriverMessages } from './driver-messages';
import { endWhenHung } from './hung-connections';
import { leaveReadOnlyServers } from './read-only-servers';
import { migrate, waitForServer } from './migrate';
import type { Server } from './one-client';
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
  };
}

/**
 * The options of a PostgreSQL server; every wait on it is bounded. A pooler that lends connections by transaction would not
 * keep the server's own bounds (it refuses them, or drops them): there they are the role's, as docs/operations.md says.
 */
export function serverOrmOptions(
  {
    url,
    poolMax,
    poolMode,
    lockTimeoutMs,
    tls,
  }: Pick<Server, 'url' | 'poolMax' | 'poolMode' | 'lockTimeoutMs' | 'tls'>,
  { callTimeoutSeconds }: Pick<BreakerConfig, 'callTimeoutSeconds'>,
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
        leaveReadOnlyServers(client);
        endWhenHung(client, callTimeoutMs + HUNG_GRACE_MS);
        done(null, client);
      },
    },
    driverOptions: {
      log: SILENT,
      connection: {
        application_name: 'graphql-auth-gateway',
        connectionTimeoutMillis: callTimeoutMs,
        ...(poolMode === 'session' && {
          statement_timeout: callTimeoutMs,
          lock_timeout: lockTimeoutMs,
          idle_in_transaction_session_timeout: callTimeoutMs,
        }),
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
      ? await openEmbedded(config, entities, logger)
      : await openServer(config, breaker, entities, logger);
  try {
    await migrate(opened.orm, config, logger);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Opens the embedded database with whatever schema it has. @throws EmbeddedDatabaseInUseError */
export async function openEmbedded(
  { dataDir, logSql }: { readonly dataDir: string | undefined; readonly logSql: boolean },
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
  config: Server,
  breaker: BreakerConfig,
  entities: Entities,
  logger: Logger,
): Promise<OpenDatabase> {
  await waitForServer(config, logger);
  const options = {
    ...commonOrmOptions(entities),
    ...sqlLogging(config.logSql, logger),
    ...serverOrmOptions(config, breaker),
  };
  const orm = await MikroORM.init(options);
  return { orm, close: () => orm.close() };
}

/**
 * An ORM for one of the replicas, which is asked for nothing yet. One of its own: those of MikroORM's option `replicas` are
 * chosen by lot, also when they are down, and have the primary's timeouts and certificates wherever they name none.
 *
 * @param answersWithinSeconds bounds each of its waits
 */
export function openReplicaOrm(
  config: Server,
  target: ReplicaTarget,
  answersWithinSeconds: number,
  logger: Logger,
): MikroORM {
  return MikroORM.initSync({
    ...commonOrmOptions([]),
    discovery: { warnWhenNoEntities: false },
    ...sqlLogging(config.logSql, logger),
    ...serverOrmOptions({ ...config, ...target }, { callTimeoutSeconds: answersWithinSeconds }),
  });
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
