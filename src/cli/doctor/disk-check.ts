import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { systemReason, type Config } from '../../config';
import { Report, type Finding } from './finding';

const MIB = 1024 * 1024;
const LITTLE_SPACE_BYTES = 500 * MIB;
/** PostgreSQL's log segments alone have 16 MiB. */
const NO_SPACE_BYTES = 50 * MIB;

/** Where something is written: whether it can be, and what room there is. */
export function checkDisk(config: Config): Finding[] {
  const report = new Report('disk');
  const { database, mail, dataDir, logging } = config;
  const places = new Map<string, string>();
  if (database.kind === 'embedded' || mail.transport.kind === 'outbox')
    places.set(path.resolve(dataDir), 'DATA_DIR');
  if (logging.file !== undefined) places.set(path.resolve(path.dirname(logging.file.path)), 'LOG_FILE');
  if (places.size === 0) report.ok('nothing is written here');
  for (const [directory, variable] of places) examine(directory, variable, report);
  return report.findings;
}

function examine(directory: string, variable: string, report: Report): void {
  try {
    const existing = nearestExisting(directory);
    accessSync(existing, constants.W_OK);
    const { bavail, bsize } = statfsSync(existing);
    const free = bavail * bsize;
    const words = `${Math.floor(free / MIB)} MiB are free for ${variable} (${directory})`;
    const advice = 'Make room, or lead it to another file system.';
    if (free < NO_SPACE_BYTES) report.failure(words, advice);
    else if (free < LITTLE_SPACE_BYTES) report.warning(words, advice);
    else report.ok(words);
  } catch (error) {
    report.failure(
      `${variable}: ${directory} cannot be written (${systemReason(error)})`,
      `Let this user write there, or set ${variable} to another place${variable === 'LOG_FILE' ? ', or to nothing' : ''}.`,
    );
  }
}

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(path.dirname(directory));
}
