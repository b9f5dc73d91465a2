import 'reflect-metadata';
import type { Config } from '../config';
import { checkConfiguration } from './doctor/configuration-check';
import { checkDisk } from './doctor/disk-check';
import { checkEmbedded } from './doctor/embedded-check';
import { textOf, type Finding } from './doctor/finding';
import { checkHashing } from './doctor/hashing-check';
import { checkMail } from './doctor/mail-check';
import { checkRedis } from './doctor/redis-check';
import { checkReplicas } from './doctor/replica-check';
import { checkServer } from './doctor/server-check';

const USAGE = `npm run doctor -- [--json] [--strict]

Examines the configuration, the database, its schema and its replicas, Redis, mail, the clock, the disk and the speed of hashing, and
says what is wrong and what to do. It changes nothing, and a running server is not disturbed.

  --json    one JSON object a line: verdict, subject, message, advice
  --strict  warnings count as failures

Exit code: 0 nothing is wrong, 1 something is, 2 wrong usage.
`;

const MARKS = { ok: 'ok     ', warning: 'WARNING', failure: 'FAILURE' } as const;
const OPTIONS = ['--json', '--strict'];

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const wrong = args.find((arg) => !OPTIONS.includes(arg));
  if (wrong !== undefined) {
    process.stderr.write(`There is no option ${wrong}.\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const counts = { ok: 0, warning: 0, failure: 0 };
  for await (const finding of examine()) {
    counts[finding.verdict] += 1;
    process.stdout.write(args.includes('--json') ? `${JSON.stringify(finding)}\n` : asText(finding));
  }
  const isWell = counts.failure === 0 && (counts.warning === 0 || !args.includes('--strict'));
  if (!args.includes('--json'))
    process.stdout.write(`\n${counts.failure} failures, ${counts.warning} warnings, ${counts.ok} ok\n`);
  if (!isWell) process.exitCode = 1;
}

/** In the order in which they are worth mending. */
async function* examine(): AsyncGenerator<Finding> {
  const { findings, config } = checkConfiguration();
  yield* findings;
  if (!config) return;
  const { database } = config;
  const checks: readonly [string, (config: Config) => Finding[] | Promise<Finding[]>][] = [
    [
      'database',
      (all) => (database.kind === 'embedded' ? checkEmbedded(all, database) : checkServer(database)),
    ],
    ['replica', () => (database.kind === 'embedded' ? [] : checkReplicas(database))],
    ['redis', checkRedis],
    ['mail', checkMail],
    ['disk', checkDisk],
    ['hashing', checkHashing],
  ];
  for (const [subject, check] of checks) {
    try {
      yield* await check(config);
    } catch (error) {
      const advice = 'Nobody foresaw this: please report it.';
      yield { verdict: 'failure', subject, message: textOf(error), advice };
    }
  }
}

function asText({ verdict, subject, message, advice }: Finding): string {
  const line = `${MARKS[verdict]}  ${subject.padEnd(13)}  ${message}\n`;
  return advice === undefined ? line : `${line}${' '.repeat(MARKS.ok.length + 17)}→ ${advice}\n`;
}

// Whoever reads the first lines only has seen enough.
process.stdout.on('error', () => process.exit(1));
void main(process.argv.slice(2));
