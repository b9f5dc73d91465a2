import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { prepareDatabase } from './prepared-database';

/** As much as is needed here of what Jest hands to a global set-up. */
interface JestConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

// The tests in test/process, test/browser and test/accessibility run `dist/` and the client's, some in test/client the client's: built before them, when a source is newer.
export default function buildOnce({ testPathPatterns: { patterns } }: JestConfig): void {
  const isAsked = (tests: RegExp): boolean =>
    patterns.length === 0 || patterns.some((pattern) => tests.test(pattern));
  const run = (...args: readonly string[]): void => {
    execFileSync(process.execPath, [...args], { cwd: join(__dirname, '../..'), stdio: 'inherit' });
  };
  if (isAsked(/process|browser|accessibility|client/)) run('client/build.cjs', '--if-stale');
  if (!isAsked(/process|browser|accessibility/)) return;
  run('src/cli/build-if-stale.cjs');
  prepareDatabase();
}
