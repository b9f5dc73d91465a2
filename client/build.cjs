'use strict';
// Writes dist/esm and dist/cjs with TypeScript alone, there is nothing to bundle. With --if-stale only after a change.
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const inClient = (...parts) => join(__dirname, ...parts);
const stamp = inClient('dist/cjs/package.json');

function isUpToDate() {
  if (!existsSync(stamp)) return false;
  const sources = readdirSync(inClient('src')).map((file) => inClient('src', file));
  const settings = ['build.cjs', 'tsconfig.json', 'tsconfig.cjs.json', '../tsconfig.json'].map((file) =>
    inClient(file),
  );
  return [...sources, ...settings].every((file) => statSync(file).mtimeMs < statSync(stamp).mtimeMs);
}

function build() {
  const tsc = require.resolve('typescript/bin/tsc');
  rmSync(inClient('dist'), { recursive: true, force: true });
  for (const project of ['tsconfig.json', 'tsconfig.cjs.json']) {
    execFileSync(process.execPath, [tsc, '-p', inClient(project)], { stdio: 'inherit' });
  }
  writeFileSync(inClient('dist/esm/package.json'), '{ "type": "module" }\n');
  writeFileSync(stamp, '{ "type": "commonjs" }\n');
}

if (!process.argv.includes('--if-stale') || !isUpToDate()) build();
