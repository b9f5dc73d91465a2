import { Duplex } from 'node:stream';

/** The one session of an embedded database, as seen from the connection that speaks to it. */
export interface WireSession {
  /** Throws when another connection has the session: two would share its transaction. */
  attach(socket: WireSocket): void;
  /** Rolls back what is open and forgets the connection's settings. */
  detach(socket: WireSocket): void;
  /** Takes one message of PostgreSQL's protocol and returns the bytes of the answer; throws for a detached socket. */
  exchange(socket: WireSocket, message: Uint8Array): Promise<Uint8Array>;
}

const TERMINATE = 'X'.charCodeAt(0);

/**
 * Stands in for the TCP socket of a `pg` client. PGlite speaks PostgreSQL's own protocol, so the real client does the
 * rest: type parsing, row counts and error fields are those of a server because the code is the same.
 */
export class WireSocket extends Duplex {
  #started = false;

  constructor(private readonly session: WireSession) {
    super();
  }

  // What `pg` calls on a net.Socket.
  connect(): this {
    queueMicrotask(() => {
      try {
        this.session.attach(this);
        this.emit('connect');
      } catch (error) {
        this.destroy(error as Error);
      }
    });
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // Answers are pushed as they come.
  }

  /** `pg` writes one whole message at a time. */
  override _write(message: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#serve(message).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.session.detach(this);
    done(error);
  }

  async #serve(message: Buffer): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      this.push(greeting());
    } else if (message[0] === TERMINATE) {
      this.session.detach(this);
      this.push(null);
    } else {
      const answer = await this.session.exchange(this, message);
      if (!this.destroyed && answer.length > 0)
        this.push(Buffer.from(answer.buffer, answer.byteOffset, answer.length));
    }
  }
}

/** PGlite has passed the start-up phase when it opens and does not take it twice, so this is answered here. */
function greeting(): Buffer {
  return Buffer.concat([
    frame('R', Buffer.alloc(4)),
    frame('S', Buffer.from('client_encoding\0UTF8\0')),
    frame('S', Buffer.from('standard_conforming_strings\0on\0')),
    frame('K', Buffer.alloc(8)),
    frame('Z', Buffer.from('I')),
  ]);
}

function frame(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}
