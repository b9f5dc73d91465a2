import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config';
import { ConfigurationError } from './configuration-error';
import { makeDirectory } from './make-directory';

/**
 * Makes DATA_DIR, where anything will be kept in it, and writes to it once: a start that cannot keep its data ends here,
 * not with the first mail.
 *
 * Throws ConfigurationError with the path and what the system says of it.
 */
export function prepareDataDirectory({
  database,
  mail,
  dataDir,
}: Pick<Config, 'database' | 'mail' | 'dataDir'>): void {
  if (database.kind !== 'embedded' && mail.transport.kind !== 'outbox') return;
  const probe = path.join(dataDir, `.writable-${randomBytes(6).toString('hex')}`);
  try {
    makeDirectory(dataDir, 0o700);
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    rmSync(probe);
  } catch (cause) {
    throw unusableDataDirectory(dataDir, cause);
  }
}

/** The refusal of a data directory, with its path and what the system says of it. */
export function unusableDataDirectory(dataDir: string, cause: unknown): ConfigurationError {
  const rule = `must be a writable directory with hard links, and ${path.resolve(dataDir)} is not (${systemReason(cause)})`;
  return new ConfigurationError([{ variable: 'DATA_DIR', rule, example: 'DATA_DIR=.data' }], { cause });
}

/** What the system says of a failed call, without the path that Node adds: `EACCES: permission denied, mkdir`. */
export function systemReason(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/ '.*$/s, '') : String(cause);
}
