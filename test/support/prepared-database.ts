import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'TEST_PREPARED_DATABASE';

/** Makes an embedded database with the whole schema and no rows, once for all files: making one takes a start three times as long. */
export function prepareDatabase(): void {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-prepared-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, NODE_ENV: 'test', DATA_DIR: join(directory, 'data'), LOG_FILE: '' };
  const program = join(__dirname, '..', '..', 'dist', 'cli', 'user.js');
  execFileSync(process.execPath, [program, 'list'], {
    env,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.env[VARIABLE] = join(directory, 'data');
}

/** Gives a program's directory a copy of it, as its DATA_DIR. */
export function copyPreparedDatabase(directory: string): void {
  const prepared = process.env[VARIABLE];
  if (prepared === undefined) return;
  mkdirSync(join(directory, 'data'), { mode: 0o700 });
  cpSync(join(prepared, 'postgres'), join(directory, 'data', 'postgres'), { recursive: true });
}
