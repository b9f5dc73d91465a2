import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Logger } from '../infrastructure/telemetry/logger';
import type { AdminRequest } from './admin-command';
import { adminFolder, adminSocket, isPrivateFolder } from './admin-place';
import { reasonOf, runAdminCommand, type Administration } from './run-admin-command';

/** A command is a line of a few hundred bytes; who sends more sends no command. */
const MAX_REQUEST_BYTES = 16_384;
const IDLE_MS = 10_000;
/** How long a client may take, once the server stops, to fetch what its command said. */
const FETCH_MS = 1000;

/** Those who are connected, with what is done for them. */
type Connections = Map<Socket, Promise<void>>;

export interface AdminServer {
  /** Finishes the commands that are under way, and waits for nobody else. */
  close(): Promise<void>;
}

/**
 * Takes the commands of `npm run user` and `npm run keys` while this process has the embedded database open, through a socket that only
 * this user (and the superuser) can reach: mode 0600, in a folder of mode 0700 below DATA_DIR. Whoever can connect could
 * read the database's files as well. The directory's lock is held, so a socket that is there already is a dead one's.
 *
 * @returns undefined where there can be no such socket; commands then say that the server has to be stopped
 */
export async function serveOperators(
  dataDir: string,
  administration: Administration,
  logger: Logger,
): Promise<AdminServer | undefined> {
  const path = adminSocket(dataDir);
  try {
    if (path === undefined) throw new Error('The path of its socket would be too long');
    const folder = adminFolder(dataDir);
    makePrivateFolder(folder);
    if (!isPrivateFolder(folder)) throw new Error(`${folder} belongs to somebody else`);
    rmSync(path, { force: true });
    const connections: Connections = new Map();
    const server = createServer((socket) => serve(socket, administration, logger, connections));
    await listenPrivately(server, path);
    return { close: () => close(server, connections) };
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

async function close(server: Server, connections: Connections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const [socket, command] of connections) {
    void command.then(() => {
      socket.destroySoon();
      setTimeout(() => socket.destroy(), FETCH_MS).unref();
    });
  }
  await closed;
}

function serve(
  socket: Socket,
  administration: Administration,
  logger: Logger,
  connections: Connections,
): void {
  connections.set(socket, Promise.resolve());
  socket.once('close', () => connections.delete(socket));
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
    const command = answer(line, administration, logger, say).then(
      () => {
        socket.end();
        // Whoever does not fetch the answer is idle again.
        socket.setTimeout(IDLE_MS);
      },
      () => void socket.destroy(),
    );
    connections.set(socket, command);
  });
}

async function answer(
  line: string,
  administration: Administration,
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
