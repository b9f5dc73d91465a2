import 'reflect-metadata';
import { loadConfig, readEnvironment } from '../config';
import { entities } from '../entities';
import { openDatabase } from '../infrastructure/database/orm';
import { createLogger } from '../infrastructure/telemetry/logger';

/** `npm run migrate`: brings the schema up to date and ends, where nodes start with MIGRATE_ON_START=false. */
async function main(): Promise<void> {
  try {
    // No token is signed here, so no development secret is made either.
    const config = loadConfig(readEnvironment(), () => '');
    const logger = createLogger({ ...config.logging, file: undefined }, config.serviceName);
    const target = { ...config.database, migrateOnStart: true };
    const opened = await openDatabase(target, config.breaker, entities, logger);
    await opened.close();
    logger.info('schema_up_to_date');
  } catch (error) {
    process.stderr.write(`Not migrated. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

void main();
