import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { ConfigurationError, type DatabaseConfig } from '../../config';
import type { Logger } from '../telemetry/logger';
import { isInfrastructureFailure } from './failures';
import { tlsOptions } from './tls-options';

type Server = Extract<DatabaseConfig, { kind: 'postgresql' }>;

/** Any number that no other program on the same database uses for an advisory lock: "gag" and the year. */
const MIGRATION_LOCK = 676_171_2026;
const RETRY_DELAY_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

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
  if (!config.migrateOnStart) {
    const pending = await orm.migrator.getPendingMigrations();
    if (pending.length === 0) return;
    const names = pending.map(({ name }) => name).join(', ');
    throw new Error(
      `The schema is out of date (${names}): run "npx mikro-orm migration:up" or set MIGRATE_ON_START=true`,
    );
  }
  const apply = async (): Promise<void> => {
    const applied = await orm.migrator.up();
    if (applied.length > 0) logger.info({ migrations: applied.map(({ name }) => name) }, 'database_migrated');
  };
  // The embedded database is locked by its directory already.
  await (config.kind === 'embedded' ? apply() : underMigrationLock(config, apply));
}

/** Several nodes may start at once: one migrates, the others wait and then find nothing left to do. */
async function underMigrationLock(config: Server, work: () => Promise<void>): Promise<void> {
  await withClient(config, async (client) => {
    await client.query(`set lock_timeout = ${Math.ceil(config.waitSeconds * 1000)}`);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // The lock ends with the connection, also when this process dies.
    await work();
  });
}

async function withClient(config: Server, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({
    connectionString: config.url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...tlsOptions(config.tls),
  });
  // Without a listener a connection that breaks while idle would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
