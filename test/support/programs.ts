import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps what only the superuser's PATH names in the last two. */
const DIRECTORIES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Where a program is installed; undefined where it is not. */
export function programAt(program: string): string | undefined {
  return DIRECTORIES.map((directory) => join(directory, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `describe` where the programs are installed; elsewhere the tests are skipped under a name that says what is missing. */
export function whenInstalled(...programs: readonly string[]): (name: string, tests: () => void) => void {
  const missing = programs.filter((program) => programAt(program) === undefined);
  if (missing.length === 0) return describe;
  return (name, tests) => describe.skip(`${name} (skipped: ${missing.join(', ')} not installed)`, tests);
}

/** The same for one program, whose place the tests are told. */
export function describeWithProgram(program: string, name: string, tests: (file: string) => void): void {
  whenInstalled(program)(name, () => tests(programAt(program) ?? ''));
}
