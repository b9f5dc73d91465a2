import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. It knows just enough of HTTP to cost a fraction of what the
 * server spends: the load generator must never be what is measured.
 */
export class Connection {
  #received = '';
  #waiting: Waiting | undefined;
  #ended: Error | undefined;

  private constructor(private readonly socket: Socket) {
    // One character is one byte, as Content-Length counts.
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('The server closed the connection')));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Connection(socket);
  }

  /** Answers once the whole body is there. @throws Error when the connection breaks */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting) throw new Error('The answer to the request before is still awaited');
      if (this.#ended) throw this.#ended;
      this.#waiting = { resolve, reject };
      this.socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) {
      this.#end(new Error(`An answer without Content-Length: ${head}`));
      return;
    }
    const bodyAt = headEnd + 4;
    const end = bodyAt + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.slice(bodyAt, end);
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(STATUS_AT, STATUS_AT + 3)), body });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

export function openConnections(port: number, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => Connection.open(port)));
}
