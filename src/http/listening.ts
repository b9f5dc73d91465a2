import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Config } from '../config';

/** Where a server is to listen, and the variables that say so. */
export interface ListenTarget {
  readonly host: string;
  readonly port: number;
  readonly portVariable: 'PORT' | 'METRICS_PORT';
}

/** The service's own, and that of the metrics where they have one. */
export function listenTargets({
  http: { host, port },
  metrics,
}: Pick<Config, 'http' | 'metrics'>): readonly ListenTarget[] {
  const own: ListenTarget = { host, port, portVariable: 'PORT' };
  return metrics.port === undefined
    ? [own]
    : [own, { host, port: metrics.port, portVariable: 'METRICS_PORT' }];
}

/** The address cannot be listened on. The message is one line, and says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Listens for a moment, so that a start that cannot serve ends before it has opened, or migrated, a database.
 * @throws ListenError
 */
export async function requireFreeAddress(target: ListenTarget): Promise<void> {
  // Port 0 takes any free one, and there is one; the host can be wrong all the same.
  const server = createServer();
  try {
    await listen(server, target);
  } catch (error) {
    throw listenError(error, target);
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** What failed to listen, said for an operator; anything else as it is. */
export function listenError(error: unknown, { host, port, portVariable }: ListenTarget): unknown {
  const code = String((error as NodeJS.ErrnoException | undefined)?.code);
  const where = `${portVariable} ${port} on ${host}`;
  const message = {
    EADDRINUSE: `${where} is taken: another program listens there. Stop it, or choose another port, for example ${portVariable}=${port + 1}`,
    EACCES: `${where} may not be listened on by this user: choose a port from 1024 on, for example ${portVariable}=4000`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine: for example HOST=127.0.0.1`,
    ENOTFOUND: `HOST ${host} is not known: for example HOST=127.0.0.1`,
    EAI_AGAIN: `HOST ${host} cannot be looked up just now: for example HOST=127.0.0.1`,
  }[code];
  return message === undefined ? error : new ListenError(`${message} (${code})`, { cause: error });
}

/** The URL that a listening server is reached at from where it listens: of `0.0.0.0` it says just that. */
export function addressOf(server: { address(): AddressInfo | string | null }, isTls = false): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return address ?? '';
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${isTls ? 'https' : 'http'}://${host}:${address.port}`;
}

function listen(server: Server, { host, port }: ListenTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
}
