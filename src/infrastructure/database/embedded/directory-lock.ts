import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Room for a socket's path: 104 bytes on macOS and 108 on Linux, with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Another process, or this one, already has the directory open. */
export class EmbeddedDatabaseInUseError extends Error {
  override readonly name = 'EmbeddedDatabaseInUseError';

  constructor(
    readonly directory: string,
    /** Process id of the holder, with its host where that is another one: every container has a process 1. */
    readonly holder: string,
  ) {
    super(
      `The embedded database in ${directory} is in use by process ${holder}, and only one process can open it. ` +
        'Stop that server, choose another DATA_DIR, or set DATABASE_URL to share a PostgreSQL server.',
    );
  }
}

/** Held from `lockDirectory` until `release` or the end of the process, however that comes. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes the exclusive lock on a directory.
 *
 * A holder is alive exactly as long as its Unix domain socket accepts connections. The kernel closes that socket when the
 * process ends, kill -9 included, so a stale lock is known at once: no process id to be reused, no heartbeat to wait
 * for. A socket in the directory itself, unlike an abstract one, is also met from another container on the same volume;
 * and unlike flock it needs no native module.
 *
 * Claims are numbered directories, each with its holder's socket. The highest number counts. A starter that finds it
 * dead publishes the next number by renaming a directory whose socket is already listening; the name cannot be
 * taken twice, so of many starters one wins. The highest number is never removed, not even on release: a slow starter
 * could then publish a number that others have passed, and two would win. For the same reason the winner looks again.
 *
 * @throws EmbeddedDatabaseInUseError
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const locks = join(directory, 'lock');
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const claim = join(locks, `claim-${randomBytes(6).toString('hex')}`);
  await mkdir(claim, { mode: 0o700 });
  await writeFile(join(claim, 'holder'), `${process.pid} ${hostname()}`);
  const server = await listen(claim);
  try {
    const number = await publish(directory, locks, claim);
    await removeClaimsBelow(number, locks);
  } catch (error) {
    await closeServer(server);
    await rm(claim, { recursive: true, force: true });
    throw error;
  }
  return { release: () => closeServer(server) };
}

async function publish(directory: string, locks: string, claim: string): Promise<number> {
  for (;;) {
    const last = await highestClaim(locks);
    const lastClaim = join(locks, String(last));
    if (last > 0 && (await isAlive(lastClaim))) {
      throw new EmbeddedDatabaseInUseError(directory, await readHolder(lastClaim));
    }
    try {
      await rename(claim, join(locks, String(last + 1)));
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) continue;
      throw error;
    }
    const highest = await highestClaim(locks);
    if (highest === last + 1) return highest;
    throw new EmbeddedDatabaseInUseError(directory, await readHolder(join(locks, String(highest))));
  }
}

async function highestClaim(locks: string): Promise<number> {
  const numbers = (await readdir(locks)).filter((name) => /^\d+$/.test(name)).map(Number);
  return Math.max(0, ...numbers);
}

async function removeClaimsBelow(number: number, locks: string): Promise<void> {
  const older = (await readdir(locks)).filter((name) => /^\d+$/.test(name) && Number(name) < number);
  await Promise.all(older.map((name) => rm(join(locks, name), { recursive: true, force: true })));
}

/** Connections are dropped at once: that they were accepted is all a starter wants to know. */
async function listen(claim: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).unref();
  await withSocketPath(
    claim,
    (path) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        // Exclusive: in a cluster worker the primary would otherwise own the socket, and outlive the worker.
        server.listen({ path, exclusive: true }, resolve);
      }),
  ).catch(async (error: unknown) => {
    await rm(claim, { recursive: true, force: true });
    throw new Error(
      `Cannot lock ${claim}: its file system has no Unix domain sockets (a bind mount from macOS or Windows?). ` +
        'Put DATA_DIR on a local file system or a named volume, or set DATABASE_URL.',
      { cause: error },
    );
  });
  return server;
}

/** Only a refusal or a missing socket proves death. A busy holder (EAGAIN) or an unforeseen error counts as alive. */
async function isAlive(claim: string): Promise<boolean> {
  return withSocketPath(
    claim,
    (path) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(path);
        socket.once('error', (error) => resolve(!hasCode(error, 'ECONNREFUSED', 'ENOENT')));
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
      }),
  );
}

/** Goes through a symbolic link in the temporary directory where the path is too long for a socket's address. */
async function withSocketPath<T>(claim: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(claim, 'socket');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return use(path);
  const detour = await mkdtemp(join(tmpdir(), 'lock-'));
  try {
    await symlink(claim, join(detour, 'to'));
    return await use(join(detour, 'to', 'socket'));
  } finally {
    await rm(detour, { recursive: true, force: true });
  }
}

async function readHolder(claim: string): Promise<string> {
  const [pid = '?', host = ''] = (await readFile(join(claim, 'holder'), 'utf8').catch(() => '')).split(' ');
  return host === '' || host === hostname() ? pid : `${pid} on ${host}`;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes(String((error as { code?: unknown } | undefined)?.code));
}
