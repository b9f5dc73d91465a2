import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';

const FOLDER = 'admin';
/** Room for a socket's path: 104 bytes on macOS and 108 on Linux, with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 100;

export function adminFolder(dataDir: string): string {
  return path.join(path.resolve(dataDir), FOLDER);
}

/** Undefined where the system has no room for so long a path. */
export function adminSocket(dataDir: string): string | undefined {
  const socket = path.join(adminFolder(dataDir), 'socket');
  return Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES ? socket : undefined;
}

/**
 * Whether the folder is one that nobody else reaches into: were DATA_DIR open to others, one of them could have put a
 * folder, or a link, of their own there, and whoever speaks to a socket in it would tell them a password.
 */
export function isPrivateFolder(folder: string): boolean {
  const found = statOrNone(folder);
  if (!found?.isDirectory() || (found.mode & 0o077) !== 0) return false;
  const self = process.getuid?.();
  // The superuser speaks for whoever has the data.
  return self === undefined || found.uid === self || (self === 0 && found.uid === ownerAbove(folder));
}

function ownerAbove(folder: string): number | undefined {
  return statOrNone(path.dirname(folder))?.uid;
}

function statOrNone(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}
