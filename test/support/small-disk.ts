import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `describe` where this user may mount a file system; elsewhere the tests are skipped, and their name says why. */
export function describeWithSmallDisk(name: string, body: () => void): void {
  if (mayMount()) describe(name, body);
  else describe.skip(`${name} (skipped: mounting a tmpfs takes the superuser)`, body);
}

function mayMount(): boolean {
  try {
    const disk = new SmallDisk(1);
    disk.unmount();
    return true;
  } catch {
    return false;
  }
}

/** A file system of its own that is soon full. */
export class SmallDisk {
  readonly directory = mkdtempSync(join(tmpdir(), 'small-disk-'));

  constructor(sizeMiB: number) {
    const options = ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', this.directory];
    execFileSync('mount', options, { stdio: 'pipe' });
  }

  /** Leaves no byte free. */
  fill(): void {
    const file = openSync(join(this.directory, 'filler'), 'a');
    try {
      for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2))
        this.#write(file, Buffer.alloc(size));
    } finally {
      fsyncSync(file);
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(join(this.directory, 'filler'), { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.directory], { stdio: 'pipe' });
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(file: number, bytes: Buffer): void {
    try {
      while (writeSync(file, bytes) === bytes.length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
