import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { clientDirectory } from './packed-client';
import { whenInstallable } from './registry';

export const exampleDirectory = path.resolve(__dirname, '../../examples/react');
const installed = path.join(exampleDirectory, 'node_modules/.package-lock.json');

function isInstalled(): boolean {
  const lock = path.join(exampleDirectory, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** The example has packages of its own. */
export function whenExampleCanBeInstalled(name: string, tests: () => void): void {
  whenInstallable(name, isInstalled, tests);
}

/** Installs what is missing, and the client as it is now. */
export function installExample(): void {
  if (!isInstalled()) execFileSync('npm', ['ci', '--loglevel=error'], { cwd: exampleDirectory });
  const copy = path.join(exampleDirectory, 'node_modules/graphql-auth-client/dist');
  cpSync(path.join(clientDirectory, 'dist'), copy, { recursive: true });
}

/** What a program of the example says, and whether it ended well. */
export function runExample(program: string, ...args: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: exampleDirectory,
    encoding: 'utf8',
  });
  return { ok: status === 0, output: stdout + stderr };
}

export const TSC = 'node_modules/typescript/bin/tsc';
export const VITE = 'node_modules/vite/bin/vite.js';

/** Serves the built example, which passes `/graphql` on to the gateway. */
export async function serveExample(gateway: string): Promise<{ url: string; process: ChildProcess }> {
  const { PATH = '', HOME = '' } = process.env;
  const preview = spawn(process.execPath, [VITE, 'preview', '--port', '0', '--host', 'localhost'], {
    cwd: exampleDirectory,
    env: { PATH, HOME, GATEWAY_URL: gateway, NO_COLOR: '1' },
  });
  let output = '';
  for await (const chunk of preview.stdout) {
    output += String(chunk);
    const url = /http:\/\/localhost:\d+/.exec(output)?.[0];
    if (url !== undefined) return { url, process: preview };
  }
  throw new Error(`the preview did not start: ${output}`);
}
