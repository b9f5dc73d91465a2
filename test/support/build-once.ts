import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { prepareDatabase } from './prepared-database';

/** As much as is needed here of what Jest hands to a global set-up. */
interface JestConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

// The tests in test/process run `dist/`: it is built before them, and only when a source is newer.
export default function buildOnce({ testPathPatterns: { patterns } }: JestConfig): void {
  const isProcessTestAsked = patterns.length === 0 || patterns.some((pattern) => pattern.includes('process'));
  if (!isProcessTestAsked) return;
  const script = join(__dirname, '..', '..', 'src', 'cli', 'build-if-stale.cjs');
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
  prepareDatabase();
}
