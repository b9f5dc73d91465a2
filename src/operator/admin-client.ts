import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { AdminRequest } from './admin-command';
import { adminFolder, adminSocket, isPrivateFolder } from './admin-place';
import type { Print } from './run-admin-command';

interface Reply {
  readonly output?: string;
  readonly exit?: number;
  readonly reason?: string;
}

/** The server refused, or was lost on the way. The message is for people. */
export class NotDoneError extends Error {
  override readonly name = 'NotDoneError';
}

/**
 * Lets a server that has the embedded database open do the command.
 * @returns false when none listens there
 * @throws NotDoneError
 */
export async function askRunningServer(
  dataDir: string,
  request: AdminRequest,
  print: Print,
): Promise<boolean> {
  const path = adminSocket(dataDir);
  if (path === undefined || !isPrivateFolder(adminFolder(dataDir))) return false;
  const socket = await connected(path);
  if (!socket) return false;
  socket.on('error', () => undefined); // its lines end, which is told below
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const line of createInterface({ input: socket })) {
    const { output, exit, reason } = JSON.parse(line) as Reply;
    if (output !== undefined) print(output);
    if (exit === 0) return true;
    if (exit !== undefined) throw new NotDoneError(reason ?? 'Not done');
  }
  throw new NotDoneError('The server ended before it was done: look whether the change is there');
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
