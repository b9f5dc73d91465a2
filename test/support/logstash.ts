import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Takes lines over TCP as Logstash does with its codec `json_lines`, and keeps them. */
export class LogstashServer {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  text = '';

  get port(): number {
    return this.#port;
  }

  get lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** On the port it had before, if it had one. */
  async start(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('data', (data) => {
        this.text += data.toString();
        this.#server?.emit('received');
      });
      socket.on('error', () => undefined);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Waits until what it has received holds the words. */
  async received(words: string): Promise<void> {
    while (!this.text.includes(words)) {
      if (!this.#server) throw new Error('Logstash is not running');
      await once(this.#server, 'received');
    }
  }

  /** Keeps the connections and takes nothing, as one whose outputs are full. */
  hang(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  goOn(): void {
    for (const socket of this.#sockets) socket.resume();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    server.close();
    await once(server, 'close');
  }
}
