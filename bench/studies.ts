import { spawn } from 'node:child_process';
import { once } from 'node:events';

const TYPESCRIPT = ['-r', 'ts-node/register/transpile-only'];

interface Study {
  readonly summary: string;
  readonly command: readonly string[];
}

/** Programs that answer one question each, in words of their own: no baseline, no rounds, nothing to compare with. */
export const studies: Readonly<Record<string, Study>> = {
  'login-flood': {
    summary:
      '`me` beside a flood of logins, and how fast logins beyond the queue are refused; takes DATABASE_URL',
    command: ['taskset', '-c', '1', process.execPath, ...TYPESCRIPT, 'bench/login-flood.ts'],
  },
  'login-timing': {
    summary: 'whether the time of a failed login tells why it failed; needs a server at BENCH_URL',
    command: [process.execPath, ...TYPESCRIPT, 'bench/login-timing.ts'],
  },
  enumeration: {
    summary: 'whether the time of an answer tells that an address has an account; takes DATABASE_URL',
    command: [process.execPath, ...TYPESCRIPT, 'bench/mail-enumeration.ts'],
  },
  'mail-crash': {
    summary: 'what becomes of 1,000 mails when a gateway is killed; empties mail_outbox of DATABASE_URL',
    command: [process.execPath, ...TYPESCRIPT, 'bench/mail-crash.ts'],
  },
  soak: {
    summary:
      'whether memory, open files or tables grow under load; SOAK_REQUESTS (2,000,000), at most SOAK_SECONDS (1,200); on DATABASE_URL',
    command: [process.execPath, ...TYPESCRIPT, 'bench/soak.ts'],
  },
  subscribers: {
    summary:
      'the memory of SUBSCRIBERS (1,000), how soon they hear of events and of the end of their session; on DATABASE_URL',
    command: [process.execPath, ...TYPESCRIPT, 'bench/subscribers.ts'],
  },
  'rolling-upgrade': {
    summary:
      'three nodes of the last release (its build: OLD_DIST) replaced by this one under load, and one back; on DATABASE_URL, needs haproxy',
    command: [process.execPath, ...TYPESCRIPT, 'bench/rolling-upgrade.ts'],
  },
  credits: {
    summary: 'the ledger with 1,000,000 entries: pages, plans, verification; on the server of DATABASE_URL',
    command: [process.execPath, '-r', './test/support/run-typescript.cjs', 'bench/credits.ts'],
  },
};

/** Answers its exit code. */
export async function runStudy(name: string): Promise<number> {
  const [program = '', ...words] = studies[name]?.command ?? [];
  const child = spawn(program, words, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
