import { spawnSync } from 'node:child_process';

/** Tests that need packages which `npm ci` of the project does not install; skipped, and it is said why, without a registry. */
export function whenInstallable(name: string, isInstalled: () => boolean, tests: () => void): void {
  const isPossible =
    isInstalled() || spawnSync('npm', ['view', 'vite', 'name', '--fetch-retries=0']).status === 0;
  if (isPossible) describe(name, tests);
  else describe.skip(`${name} (skipped: the npm registry does not answer)`, tests);
}
