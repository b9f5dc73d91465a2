import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
import { ConfigurationError, type DatabaseConfig } from '../../config';
import type { Logger } from '../telemetry/logger';
import { isInfrastructureFailure } from './failures';
import { migrateServer } from './migrating-server';
import { runMigrations, schemaStateOf } from './migrator';
import { withClient, type Server } from './one-client';

/** Any number that no other program on the same database uses for an advisory lock: "gag" and the year. */
const MIGRATION_LOCK = 676_171_2026;
const RETRY_DELAY_MS = 500;

/**
 * Waits until the server takes connections.
 * @throws Error at once for a wrong password or a database that does not exist, and after `waitSeconds` of outage
 */
export async function waitForServer(config: Server, logger: Logger): Promise<void> {
  const deadline = performance.now() + config.waitSeconds * 1000;
  for (;;) {
    try {
      await withClient(config, async () => undefined);
      return;
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      if (isParameterRefused(error))
        throw new Error(
          `The database refuses us: ${text(error)}. Poolers do: with one that lends connections by transaction set DB_POOL_MODE=transaction`,
          { cause: error },
        );
      if (!isInfrastructureFailure(error))
        throw new Error(`The database refuses us: ${text(error)}`, { cause: error });
      if (performance.now() + RETRY_DELAY_MS > deadline) {
        throw new Error(`The database did not answer within ${config.waitSeconds} s: ${text(error)}`, {
          cause: error,
        });
      }
      logger.warn({ reason: text(error) }, 'waiting_for_database');
      await delay(RETRY_DELAY_MS);
    }
  }
}

/** Applies what is pending, or with `migrateOnStart` off refuses to run on an old schema. */
export async function migrate(orm: MikroORM, config: DatabaseConfig, logger: Logger): Promise<void> {
  const { pending } = await schemaStateOf(orm);
  if (pending.length === 0) return;
  if (!config.migrateOnStart) {
    throw new Error(
      `The schema is out of date (${pending.join(', ')}): run "npm run migrate" (node dist/cli/migrate.js) or set MIGRATE_ON_START=true`,
    );
  }
  const migrations =
    config.kind === 'embedded'
      ? // It is locked by its directory already.
        await runMigrations(orm)
      : await underMigrationLock(config, (stillLocked) => migrateServer(config, logger, stillLocked));
  if (migrations.length > 0) logger.info({ migrations }, 'database_migrated');
}

/** Several nodes may start at once: one migrates, the others wait and then find nothing left to do. */
async function underMigrationLock<T>(
  config: Server,
  work: (stillLocked: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + config.waitSeconds * 1000;
  return withClient(config, async (client) => {
    while (!(await takesMigrationLock(client))) {
      if (performance.now() > deadline)
        throw new Error(`Another node was still migrating after ${config.waitSeconds} s`);
      await delay(RETRY_DELAY_MS);
    }
    // The lock ends with the connection, also when this process dies.
    const result = await work(async () => {
      await client.query('select 1');
    });
    await client.query('commit');
    return result;
  });
}

/**
 * Whoever has the lock is in a transaction, so that a pooler leaves the connection with us. An index that is built concurrently
 * waits for whoever has a snapshot, as a statement that waits for the lock has, and the last one with parameters: neither is here.
 */
async function takesMigrationLock(client: Client): Promise<boolean> {
  await client.query('begin isolation level read committed');
  await client.query('set local idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as taken`,
  );
  const isTaken = rows[0]?.taken === true;
  if (!isTaken) await client.query('rollback');
  return isTaken;
}

/** PgBouncer and its like say so of timeouts that a connection begins with: protocol_violation. */
function isParameterRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '08P01';
}

function text(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
