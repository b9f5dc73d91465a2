import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { AccountAdministration } from '../features/account';
import type { Logger } from '../infrastructure/telemetry/logger';
import type { AdminRequest } from './admin-command';
import { adminFolder, adminSocket, isPrivateFolder } from './admin-place';
import { reasonOf, runAdminCommand } from './run-admin-command';

/** A command is a line of a few hundred bytes; who sends more sends no command. */
const MAX_REQUEST_BYTES = 16_384;
const IDLE_MS = 10_000;

export interface AdminServer {
  close(): Promise<void>;
}

/**
 * Takes the commands of `npm run user` while this process has the embedded database open, through a socket that only
 * this user (and the superuser) can reach: mode 0600, in a folder of mode 0700 below DATA_DIR. Whoever can connect could
 * read the database's files as well. The directory's lock is held, so a socket that is there already is a dead one's.
 *
 * @returns undefined where there can be no such socket; commands then say that the server has to be stopped
 */
export async function serveOperators(
  dataDir: string,
  administration: AccountAdministration,
  logger: Logger,
): Promise<AdminServer | undefined> {
  const path = adminSocket(dataDir);
  try {
    if (path === undefined) throw new Error('The path of its socket would be too long');
    const folder = adminFolder(dataDir);
    makePrivateFolder(folder);
    if (!isPrivateFolder(folder)) throw new Error(`${folder} belongs to somebody else`);
    rmSync(path, { force: true });
    const server = createServer((socket) => serve(socket, administration, logger));
    await listenPrivately(server, path);
    return { close: () => new Promise((resolve) => server.close(() => resolve())) };
  } catch (error) {
    logger.warn({ reason: (error as Error).message }, 'operators_not_served');
    return undefined;
  }
}

function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { mode: 0o700, recursive: true });
  // Ours from an earlier start, perhaps opened since; somebody else's refuses.
  chmodSync(folder, 0o700);
}

async function listenPrivately(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is bound before `listen` returns: it is never there with another mode.
    const before = process.umask(0o177);
    try {
      server.listen({ path, exclusive: true }, resolve);
    } finally {
      process.umask(before);
    }
  });
  await listening;
  chmodSync(path, 0o600);
  server.unref();
}

function serve(socket: Socket, administration: AccountAdministration, logger: Logger): void {
  socket.on('error', () => undefined);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_REQUEST_BYTES) socket.destroy();
  });
  const say = (line: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
  };
  createInterface({ input: socket }).once('line', (line) => {
    socket.setTimeout(0);
    answer(line, administration, logger, say).then(
      () => socket.end(),
      () => socket.destroy(),
    );
  });
}

async function answer(
  line: string,
  administration: AccountAdministration,
  logger: Logger,
  say: (line: object) => void,
): Promise<void> {
  try {
    const request = JSON.parse(line) as AdminRequest;
    logger.info({ command: request.command.name }, 'operator_command');
    await runAdminCommand(request, administration, (output) => say({ output }));
    say({ exit: 0 });
  } catch (error) {
    say({ exit: 1, reason: reasonOf(error) });
  }
}
