import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from './read-file-if-exists';

/**
 * Makes a directory and whatever is missing above it. Node's own `recursive` never comes back where the file system says
 * "no such directory" to every attempt, as `/proc` does.
 *
 * Throws what the system says of the first directory that cannot be made.
 */
export function makeDirectory(directory: string, mode = 0o777): void {
  const missing: string[] = [];
  let current = path.resolve(directory);
  while (!isThere(current)) {
    missing.unshift(current);
    current = path.dirname(current);
  }
  for (const one of missing) {
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      // Another process can be making it as well.
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
  // What is there may be a file.
  if (!statSync(directory).isDirectory()) {
    throw Object.assign(new Error(`ENOTDIR: not a directory '${directory}'`), { code: 'ENOTDIR' });
  }
}

function isThere(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return file === path.parse(file).root;
    throw error;
  }
}
