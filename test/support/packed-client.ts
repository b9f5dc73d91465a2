import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type * as Client from '../../client/src/index';

export const clientDirectory = path.resolve(__dirname, '../../client');

/** Puts what `npm publish` would publish into an empty project, with `npm pack` and `npm install`. */
export function installClient(project: string): void {
  const npm = (args: readonly string[]): void => {
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project });
  };
  // It was built before the tests; two builds at once would write over each other.
  npm(['pack', clientDirectory, '--ignore-scripts']);
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'));
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(['install', '--offline', '--omit=peer', `./${tarball}`]);
}

/** The client as it was built, for what it loads by the names that built files have; here everything is loaded already. */
export async function builtClient(): Promise<typeof Client> {
  const built = path.join(clientDirectory, 'dist/cjs');
  await import(path.join(built, 'websocket.js'));
  return (await import(path.join(built, 'index.js'))) as typeof Client;
}
