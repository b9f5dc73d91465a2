import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import { Server as NetServer, type Socket } from 'node:net';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { isTakenOver } from './upgrades';

/** A connection on which nothing came for so long, once the end was announced, has nothing on its way. */
const IDLE_GRACE_MS = 500;
const POLL_MS = 10;

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Tells every client, with the next answer, that its connection ends, and serves on for `delayMs`. Then it takes no
     * new connections, and waits a moment for those that look idle: a request may already be on its way to them.
     */
    drain: (delayMs: number) => Promise<void>;
  }
}

/**
 * Lets the server close as soon as the last running request is answered. Left alone, Node waits for connections that never
 * sent a request, and for those that were busy when the closing began until their keep-alive ends; and it resets those on
 * which a request is just arriving.
 */
export function drainOnClose(server: FastifyInstance): void {
  const connections = new Connections();
  connections.watch(server.server);
  let phase: 'serving' | 'draining' | 'closing' = 'serving';
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (phase !== 'serving' && request.raw.httpVersionMajor === 1) void reply.header('connection', 'close');
    done();
  });
  server.decorate('drain', async (delayMs: number) => {
    phase = 'draining';
    connections.announceEnd();
    await pause(delayMs);
    // Not the method of HTTP servers: that one resets whatever is idle.
    NetServer.prototype.close.call(server.server);
    const graceEndsAt = performance.now() + IDLE_GRACE_MS;
    while (connections.count > 0 && performance.now() < graceEndsAt) await pause(POLL_MS);
  });
  server.addHook('preClose', (done) => {
    phase = 'closing';
    connections.end();
    done();
  });
}

/** The open connections of a server, and how many requests are running on each. */
class Connections {
  readonly #runningOn = new Map<Socket, number>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #ending = false;

  get count(): number {
    return this.#runningOn.size + this.#sessions.size;
  }

  watch(http: NetServer): void {
    if (http instanceof TlsServer) this.#watchTls(http as Http2SecureServer);
    else http.on('connection', (socket) => this.#add(socket));
    http.on('request', ({ socket }: { socket: Socket }, response: NodeJS.EventEmitter) => {
      this.#countRequest(socket, 1);
      response.once('close', () => this.#countRequest(socket, -1));
    });
  }

  /**
   * To HTTP/2 it names the last stream that was taken, so that a client sends at once again, elsewhere, what crossed the
   * announcement. Naming the highest one there is ("soon") would let those wait: nghttp2 takes no new streams after that.
   */
  announceEnd(): void {
    for (const session of this.#sessions) session.goaway();
  }

  /** Ends what is idle now, and everything else with its last answer. */
  end(): void {
    this.#ending = true;
    for (const session of this.#sessions) session.close();
    for (const [socket, running] of this.#runningOn) {
      // Whoever took one over sees to its end.
      if (running === 0 && !isTakenOver(socket)) socket.destroy();
    }
  }

  #watchTls(http: Http2SecureServer): void {
    // Who does not shake hands is out of reach (Node crashes when such a socket is destroyed), and given up in time.
    http.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol !== 'h2') this.#add(socket);
    });
    http.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      if (this.#ending) session.close();
    });
  }

  #add(socket: Socket): void {
    if (this.#runningOn.has(socket)) return;
    if (this.#ending) socket.destroy();
    this.#runningOn.set(socket, 0);
    socket.once('close', () => this.#runningOn.delete(socket));
  }

  /** Requests of HTTP/2 are counted by their session. */
  #countRequest(socket: Socket, change: 1 | -1): void {
    const running = this.#runningOn.get(socket);
    if (running === undefined) return;
    this.#runningOn.set(socket, running + change);
    if (this.#ending && running + change === 0) socket.end();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
