import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { prepareDatabase } from './prepared-database';

/** As much as is needed here of what Jest hands to a global set-up. */
interface JestConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

// The tests in test/process, test/browser and test/accessibility run `dist/` and the client's: built before them, when a source is newer.
export default function buildOnce({ testPathPatterns: { patterns } }: JestConfig): void {
  const isSystemTestAsked =
    patterns.length === 0 || patterns.some((pattern) => /process|browser|accessibility/.test(pattern));
  if (!isSystemTestAsked) return;
  const root = join(__dirname, '..', '..');
  execFileSync(process.execPath, [join(root, 'src/cli/build-if-stale.cjs')], { stdio: 'inherit' });
  execFileSync(process.execPath, [join(root, 'client/build.cjs'), '--if-stale'], { stdio: 'inherit' });
  prepareDatabase();
}
