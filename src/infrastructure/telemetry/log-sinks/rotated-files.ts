import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What stands between the name of the log and that of a file put away: the day of its lines, and a number from the second on. */
const SUFFIX = /^\.\d{4}-\d\d-\d\d(\.\d+)?$/;

/** The day of a moment, in UTC as the lines themselves: 2026-11-21. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/**
 * Puts `file` away under a name of its day that is free: `app.log.2026-11-21`, then `app.log.2026-11-21.2`. Processes that
 * share the file may do so at the same time: each takes a name that no other has, so none overwrites another's lines.
 */
export async function putAway(file: string, day: string): Promise<void> {
  const target = await takeName(`${file}.${day}`);
  try {
    await rename(file, target);
  } catch (error) {
    // Another process was faster.
    await rm(target, { force: true });
    throw error;
  }
}

async function takeName(name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}.${number}`;
    try {
      await (await open(candidate, 'wx')).close();
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Removes those of the files put away whose last line was written before that moment. */
export async function removeOlder(file: string, writtenBefore: Date): Promise<void> {
  const directory = path.dirname(file);
  const base = path.basename(file);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(base) || !SUFFIX.test(name.slice(base.length))) continue;
    const candidate = path.join(directory, name);
    const { mtime } = await stat(candidate);
    if (mtime < writtenBefore) await rm(candidate, { force: true });
  }
}
