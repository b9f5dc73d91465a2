import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogstashSink } from '../../src/infrastructure/telemetry/log-sinks/logstash-sink';
import { LogstashServer } from '../support/logstash';

const QUICKLY = { min: 5, max: 20 };
const lineOf = (number: number): string =>
  `{"level":"INFO","timestamp":"2026-11-21T00:00:00.000Z","number":${number}}\n`;

let server: LogstashServer;
let sink: LogstashSink;
let notices: string[];
/** Settles when the sink tells of the event. */
let told: (event: string) => Promise<void>;

beforeEach(async () => {
  server = new LogstashServer();
  await server.start();
  notices = [];
  const waiting = new Map<string, () => void>();
  told = (event) =>
    notices.includes(event) ? Promise.resolve() : new Promise((resolve) => waiting.set(event, resolve));
  sink = new LogstashSink(
    { host: '127.0.0.1', port: server.port },
    // Room for about ten lines.
    lineOf(10).length * 15,
    (_level, fields, event) => {
      expect(fields).toMatchObject({ host: '127.0.0.1' });
      notices.push(event);
      waiting.get(event)?.();
    },
    QUICKLY,
  );
});
afterEach(async () => {
  await sink.close();
  await server.stop();
});

it('should send JSON lines with the time under the name that Logstash goes by', async () => {
  sink.write(lineOf(1));
  sink.write(lineOf(2));
  await server.received('"number":2');
  expect(server.lines).toEqual([
    {
      '@timestamp': '2026-11-21T00:00:00.000Z',
      timestamp: '2026-11-21T00:00:00.000Z',
      level: 'INFO',
      number: 1,
    },
    expect.objectContaining({ number: 2 }),
  ]);
  expect(notices).toEqual([]);
});

it('should keep the newest lines while Logstash is away, count the others, and go on when it is back', async () => {
  sink.write(lineOf(0));
  await server.received('"number":0');
  await server.stop();
  await told('logstash_down');
  for (let number = 1; number <= 100; number += 1) sink.write(lineOf(number));
  expect(sink.dropped).toBeGreaterThan(80);
  expect(sink.dropped).toBeLessThan(100);
  await server.start();
  await server.received('"number":100');
  await told('logstash_back');
  const numbers = server.lines.map((line) => line['number']);
  const kept = Array.from({ length: 100 - sink.dropped }, (_, index) => sink.dropped + 1 + index);
  expect(numbers).toEqual([0, ...kept]);
  expect(notices).toEqual(['logstash_down', 'logstash_back']);
});

it('should keep no more than there is room for while Logstash takes nothing, and lose none of what it took', async () => {
  sink.write(lineOf(0));
  await server.received('"number":0');
  server.hang();
  let last = 0;
  // The network takes some megabytes first.
  while (sink.dropped < 100) {
    for (let lines = 0; lines < 10; lines += 1) sink.write(lineOf((last += 1)));
    await nextTurn();
  }
  server.goOn();
  await server.received(`"number":${last}}`);
  const numbers = server.lines.map((line) => Number(line['number']));
  expect(numbers).toHaveLength(last + 1 - sink.dropped);
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  expect(notices).toEqual([]);
});

it('should say once that Logstash is away, however often it asks', async () => {
  await server.stop();
  await told('logstash_down');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(notices).toEqual(['logstash_down']);
});

it('should hand over what is left when it closes', async () => {
  sink.write(lineOf(1));
  await sink.close();
  await server.received('"number":1');
  sink.write(lineOf(2));
  expect(server.lines).toHaveLength(1);
});
