'use strict';
// Builds `dist` unless it is newer than everything it is made of: for commands that run the built programs.
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const stamp = join(root, 'dist', '.tsbuildinfo');
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

function isUpToDate() {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const paths = [...settings, ...sources.map((file) => join('src', file))].map((file) => join(root, file));
  return paths.every((file) => !existsSync(file) || statSync(file).mtimeMs < builtAt);
}

// Where only `dist` is installed there is nothing to build it from.
if (existsSync(join(root, 'src')) && !isUpToDate()) {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  const now = new Date();
  utimesSync(stamp, now, now);
}
