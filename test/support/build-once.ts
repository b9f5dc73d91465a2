import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const stamp = join(root, 'dist', '.tsbuildinfo');
const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

// The tests in test/process run `dist/`: it is built before them, and only when a source is newer.
/** As much as is needed here of what Jest hands to a global set-up. */
interface JestConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

export default function buildOnce({ testPathPatterns: { patterns } }: JestConfig): void {
  const isProcessTestAsked = patterns.length === 0 || patterns.some((pattern) => pattern.includes('process'));
  if (!isProcessTestAsked || isUpToDate()) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  const now = new Date();
  utimesSync(stamp, now, now);
}

function isUpToDate(): boolean {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const paths = [...sources, ...files.map((file) => join('src', file))];
  return paths.every((path) => statSync(join(root, path)).mtimeMs < builtAt);
}
