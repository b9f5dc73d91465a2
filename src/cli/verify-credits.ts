import 'reflect-metadata';
import { loadConfig, readEnvironment, type Config } from '../config';
import { entities } from '../entities';
import { verifyLedger, type LedgerDifference, type LedgerSummary } from '../features/credit';
import { Database } from '../infrastructure/database/database';
import { openDatabase } from '../infrastructure/database/orm';
import { openReplicas } from '../infrastructure/database/replicas';
import { within } from '../infrastructure/database/within';
import { createLogger } from '../infrastructure/telemetry/logger';

/** Large ledgers are read for longer than a request may take. */
const STATEMENT_TIMEOUT_SECONDS = 3_600;
/** Longest wait for replicas at the end: one that is silent would have it last as long as a statement may. */
const CLOSED_WITHIN_MS = 2_000;
const EXIT_DIFFERENCES = 1;
const EXIT_NOT_VERIFIED = 2;

/** `npm run credits:verify`: whether every balance is what its entries add up to. */
async function main(): Promise<void> {
  try {
    await verify(loadConfig(readEnvironment()));
  } catch (error) {
    process.stderr.write(`Not verified. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_NOT_VERIFIED;
  }
}

async function verify(config: Config): Promise<void> {
  const logger = createLogger({ ...config.logging, level: 'silent', file: undefined }, config.serviceName);
  const breaker = { ...config.breaker, callTimeoutSeconds: STATEMENT_TIMEOUT_SECONDS };
  // It only reads: a schema of another version is refused, not migrated.
  const target = { ...config.database, migrateOnStart: false };
  const opened = await openDatabase(target, breaker, entities, logger);
  const replicas = openReplicas(config.database, {
    ...{ orm: opened.orm, logger },
    answersWithinSeconds: STATEMENT_TIMEOUT_SECONDS,
  });
  const database = new Database(opened.orm, breaker, logger, config.database.poolMode, { replicas });
  try {
    // No client waits, so the first batch can be a replica's already.
    await replicas?.look();
    summarize(await verifyLedger(database, report));
  } finally {
    database.close();
    if (replicas) await within(CLOSED_WITHIN_MS, 'a replica', replicas.close()).catch(() => undefined);
    await opened.close();
  }
}

function summarize({ accounts, entries, differences }: LedgerSummary): void {
  say(`${accounts} accounts with ${entries} entries, ${differences} differences`);
  if (differences > 0) process.exitCode = EXIT_DIFFERENCES;
}

function report(difference: LedgerDifference): void {
  const { userId, balance, entriesTotal, entries, wrongNewBalances } = difference;
  say(
    `user ${userId}: balance ${balance}, ${entries} entries add up to ${entriesTotal}, ` +
      `${wrongNewBalances} of them with a wrong new balance`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

// A connection that a silent replica never took would keep the process.
void main().finally(() => process.stdout.write('', () => process.exit()));
