import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** A connection that is to become a WebSocket, and what came on it already. */
export interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

interface Pending extends Upgrade {
  readonly response: ServerResponse;
}

const pending = new WeakMap<IncomingMessage, Pending>();
const takenOver = new WeakSet<Duplex>();

/**
 * Sends requests for a WebSocket through the ordinary routes, so that they have ids, logs, faces and errors like all
 * others: a route that wants one calls `takeUpgrade`, any other just answers.
 */
export function routeUpgrades(server: FastifyInstance): void {
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Sent behind a request whose answer is still to come: nothing can follow that on this connection.
    if (isAnswering(socket)) {
      socket.destroy();
      return;
    }
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => socket.end());
    pending.set(request, { socket, head, response });
    server.routing(request, response);
  });
}

/** Node gives a socket one answer at a time, and throws where it has one. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { readonly _httpMessage?: unknown };
  return answer !== undefined && answer !== null;
}

export function isUpgrade(request: IncomingMessage): boolean {
  return pending.has(request);
}

export function isTakenOver(socket: Duplex): boolean {
  return takenOver.has(socket);
}

/** Hands the connection over; nothing is answered on it from then on but by whoever took it. */
export function takeUpgrade(request: IncomingMessage): Upgrade | undefined {
  const upgrade = pending.get(request);
  if (!upgrade) return undefined;
  pending.delete(request);
  takenOver.add(upgrade.socket);
  upgrade.response.removeAllListeners('finish');
  upgrade.response.detachSocket(upgrade.socket as Socket);
  return upgrade;
}

/**
 * Some clients offer another protocol with any request (Java's HttpClient, `curl --http2`: `Upgrade: h2c`), which a server
 * may ignore. Node no longer can once somebody listens for upgrades, so the request is read again without the offer.
 */
function serveWithoutUpgrade(
  { server }: FastifyInstance,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // The last on its connection: each reading anew leaves its listeners there.
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  const isSecure = 'encrypted' in socket;
  server.emit(isSecure ? 'secureConnection' : 'connection', socket as Socket);
}
