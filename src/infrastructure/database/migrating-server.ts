import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
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
/** Each fifth try waits for longer than `deadlock_timeout`, for only then does PostgreSQL end an autovacuum that is in the way. */
const LONG_LOCK_TIMEOUT_MS = 1_200;
const TRIES_TO_A_LONG_ONE = 5;
/** Between two tries, at random up to this: those that waited went first. */
const MAX_PAUSE_MS = 1_000;
/** A minute, more or less. */
const MAX_TRIES = 60;

/**
 * Applies what is pending to a server that others are working on, over a connection without the bounds of requests: an index
 * of a large table takes its time, and nobody waits for it.
 *
 * @param stillAlone throws when somebody else may be migrating by now
 * @returns the names of those that were executed
 * @throws Error when a migration fails, or a table was always in use
 */
export async function migrateServer(
  config: Server,
  logger: Logger,
  stillAlone: () => Promise<void>,
): Promise<string[]> {
  const orm = await MikroORM.init({
    driver: PostgreSqlDriver,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    clientUrl: config.url,
    pool: {
      // A pooler may have few to lend.
      min: 0,
      max: 1,
      ...(config.poolMode === 'session' && { afterCreate: unbound }),
    },
    driverOptions: {
      connection: { application_name: 'graphql-auth-gateway', keepAlive: true, ...tlsOptions(config.tls) },
    },
  });
  try {
    return await runMigrations(orm, (name, work) => givingWay(name, work, { logger, stillAlone }));
  } finally {
    await orm.close();
  }
}

/** The role may have bounds of its own, as behind a pooler; they would end the building of an index. */
function unbound(client: Client, done: (error: Error | null, client: Client) => void): void {
  client.query('set statement_timeout = 0; set lock_timeout = 0', (error: Error | null) =>
    done(error, client),
  );
}

async function givingWay(
  name: string,
  work: (lockTimeoutMs: number) => Promise<void>,
  { logger, stillAlone }: { readonly logger: Logger; readonly stillAlone: () => Promise<void> },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await stillAlone();
    try {
      await work(tries % TRIES_TO_A_LONG_ONE === 0 ? LONG_LOCK_TIMEOUT_MS : LOCK_TIMEOUT_MS);
      return;
    } catch (error) {
      if (!isInTheWay(error)) throw error;
      if (tries >= MAX_TRIES)
        throw new Error(
          `${name} needs a table that others kept in use through ${MAX_TRIES} tries (pg_stat_activity tells who): end them and migrate again`,
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
