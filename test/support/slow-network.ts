import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Between a server and its database: what the database says comes later, once that is asked for. */
export class SlowNetwork {
  delayMs = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: URL) {
    this.#server = createServer((client) => {
      const database = connect(Number(target.port), target.hostname);
      client.pipe(database);
      // Timers of one length end in their order, so the answers stay in theirs.
      database.on('data', (data) => setTimeout(() => client.write(data), this.delayMs));
      database.on('close', () => setTimeout(() => client.destroy(), this.delayMs));
      client.on('close', () => database.destroy());
      for (const socket of [client, database]) {
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
