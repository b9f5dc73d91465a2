import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { arrivalRate } from '../../bench/load/arrival-rate';
import { closedLoop } from '../../bench/load/closed-loop';
import { openConnections, type Connection } from '../../bench/load/connection';
import { get, WrongAnswerError, type Exchange } from '../../bench/load/exchange';
import { median, percentile } from '../../bench/load/latencies';

// A benchmark that counts wrong answers, or misses slow ones, measures nothing.
const answer = (body: string, status = 200): string =>
  `HTTP/1.1 ${status} Any\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('the load generator', () => {
  let server: Server;
  let connections: Connection[];
  let serve: (socket: Socket, request: number) => void;

  beforeEach(async () => {
    let requests = 0;
    serve = (socket) => socket.write(answer('{"right":true}'));
    server = createServer((socket) => {
      socket.on('data', () => serve(socket, (requests += 1)));
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    connections = await openConnections((server.address() as AddressInfo).port, 2);
  });

  afterEach(() => {
    for (const connection of connections) connection.close();
    server.close();
  });

  const exchange: Exchange = { request: get('/'), accepts: (body) => body === '{"right":true}' };

  it('should read an answer that comes in pieces', async () => {
    serve = (socket) => {
      const text = answer('Grüße');
      let at = 0;
      const timer = setInterval(() => {
        if (at >= Buffer.byteLength(text)) clearInterval(timer);
        else socket.write(Buffer.from(text).subarray(at, (at += 7)));
      }, 1);
    };
    const { body, status } = await connections[0]!.send(get('/'));
    expect({ body: Buffer.from(body, 'latin1').toString(), status }).toEqual({ body: 'Grüße', status: 200 });
  });

  it('should count every request of a closed loop', async () => {
    let served = 0;
    serve = (socket) => {
      served += 1;
      socket.write(answer('{"right":true}'));
    };
    const { requests, latenciesMs } = await closedLoop(connections, () => exchange, 0.05);
    expect(requests).toBe(served);
    expect(latenciesMs).toHaveLength(requests);
  });

  it.each([
    ['another status', answer('{"right":true}', 500)],
    ['errors of GraphQL', answer('{"right":true,"errors":[]}')],
    ['another body', answer('{"right":false}')],
  ])('should end a load at %s', async (_what, text) => {
    serve = (socket, request) => socket.write(request < 5 ? answer('{"right":true}') : text);
    await expect(closedLoop(connections, () => exchange, 10)).rejects.toThrow(WrongAnswerError);
  });

  it('should end a load when the server goes away', async () => {
    serve = (socket, request) => (request < 5 ? socket.write(answer('{"right":true}')) : socket.destroy());
    await expect(closedLoop(connections, () => exchange, 10)).rejects.toThrow('closed the connection');
  });

  it('should count the wait of those that were due while the server stood still', async () => {
    const stallMs = 100;
    serve = (socket, request) => {
      if (request > 2) socket.write(answer('{"right":true}'));
      else setTimeout(() => socket.write(answer('{"right":true}')), stallMs);
    };
    const arrivals = { perSecond: 200, seconds: 0.2 };
    const { requests, latenciesMs } = await arrivalRate(connections, () => exchange, arrivals);
    expect(requests).toBe(40);
    // Both connections stall, so everybody who comes meanwhile waits, and not only the two who were served slowly.
    expect(latenciesMs.filter((latency) => latency > stallMs / 4).length).toBeGreaterThan(10);
  });
});

describe('latencies', () => {
  it('should tell percentiles and medians of values in any order', () => {
    const values = [5, 1, 4, 2, 3];
    expect([percentile(values, 0.5), percentile(values, 0.99), median(values)]).toEqual([3, 5, 3]);
    expect(median([4, 1])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
