import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Before a server, or between it and its database: what the target says comes later, once that is asked for. */
export class SlowNetwork {
  delayMs = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: URL) {
    this.#server = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      client.pipe(server);
      // Timers of one length end in their order, so the answers stay in theirs.
      server.on('data', (data) => setTimeout(() => client.write(data), this.delayMs));
      server.on('close', () => setTimeout(() => client.destroy(), this.delayMs));
      client.on('close', () => server.destroy());
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
      }
    });
  }

  /** @returns host and port to connect to */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
