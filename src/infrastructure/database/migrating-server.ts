import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Logger } from '../telemetry/logger';
import { isLockTimeout, isRetryableConflict } from './failures';
import { runMigrations } from './migrator';
import type { Server } from './one-client';
import { tlsOptions } from './tls-options';

/**
 * While a migration waits for a table, whoever wants to write to it waits behind it; so it gives way after this long and
 * comes again. Less than PostgreSQL's `deadlock_timeout` of a second: where the two wait for each other, no request is the victim.
 */
const LOCK_TIMEOUT_MS = 500;
/** Between two tries, at random up to this: those that waited go first. */
const MAX_PAUSE_MS = 1_000;
/** How long a migration tries. */
const GIVE_UP_MS = 60_000;

/**
 * Applies what is pending to a server that others are working on, over a connection without the bounds of requests: an index
 * of a large table takes its time, and nobody waits for it.
 *
 * @returns the names of those that were executed
 * @throws Error when a migration fails, or a table was in use for a minute
 */
export async function migrateServer(config: Server, logger: Logger): Promise<string[]> {
  const orm = await MikroORM.init({
    driver: PostgreSqlDriver,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    clientUrl: config.url,
    // A pooler may have few to lend.
    pool: { min: 0, max: 1 },
    driverOptions: {
      connection: { application_name: 'graphql-auth-gateway', keepAlive: true, ...tlsOptions(config.tls) },
    },
  });
  try {
    return await runMigrations(orm, {
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      attempt: (name, work) => givingWay(name, work, logger),
    });
  } finally {
    await orm.close();
  }
}

async function givingWay(name: string, work: () => Promise<void>, logger: Logger): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isInTheWay(error)) throw error;
      if (performance.now() > deadline)
        throw new Error(
          `${name} needs a table that others kept in use for ${GIVE_UP_MS / 1000} s (pg_stat_activity tells who): end them and migrate again`,
          { cause: error },
        );
      logger.info({ migration: name }, 'migration_gives_way');
      await delay(Math.random() * MAX_PAUSE_MS);
    }
  }
}

/** The migrator wraps what the database said. */
function isInTheWay(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return isLockTimeout(cause) || isRetryableConflict(cause);
}
