import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';

/**
 * Lets the server close as soon as the last running request is answered. Left alone, Node waits for connections that never
 * sent a request, and for those that were busy when the closing began until their keep-alive ends.
 */
export function drainOnClose(server: FastifyInstance): void {
  const runningOn = new Map<Socket, number>();
  let closing = false;
  const connected = (socket: Socket): void => {
    if (closing) socket.destroy();
    runningOn.set(socket, 0);
    socket.once('close', () => runningOn.delete(socket));
  };
  const count = (socket: Socket, change: 1 | -1): void => {
    const running = runningOn.get(socket);
    if (running === undefined) return;
    runningOn.set(socket, running + change);
    if (closing && running + change === 0) socket.end();
  };
  const http = server.server;
  http.on(http instanceof TlsServer ? 'secureConnection' : 'connection', connected);
  http.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.addHook('preClose', (done) => {
    closing = true;
    for (const [socket, running] of runningOn) if (running === 0) socket.destroy();
    done();
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (closing && request.raw.httpVersionMajor === 1) void reply.header('connection', 'close');
    done();
  });
}
