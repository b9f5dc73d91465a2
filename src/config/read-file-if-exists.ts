import { readFileSync } from 'node:fs';

/** The text of a file, or `undefined` when there is none; throws what Node throws for every other failure. */
export function readFileIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether a failed system call failed in this way, e.g. `EEXIST`. */
export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}
