import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asJson } from '../../src/infrastructure/telemetry/log-sinks/log-sink';
import { FileSink } from '../../src/infrastructure/telemetry/log-sinks/file-sink';

const DAY_MS = 86_400_000;

let directory: string;
let file: string;
let nowMs: number;
let sinks: FileSink[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'log-files-'));
  file = path.join(directory, 'deep', 'app.log');
  // Files bear the system's time.
  nowMs = Date.now();
  sinks = [];
});
afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.close()));
  rmSync(directory, { recursive: true, force: true });
});

function open(maxBytes = 1_000_000): FileSink {
  const config = { path: file, format: 'json', maxBytes, retentionSeconds: 7 * 86_400 } as const;
  const sink = new FileSink(config, 1_000_000, asJson, () => new Date(nowMs));
  sinks.push(sink);
  return sink;
}

/** Hands over what was written so far, and stays open. */
async function written(...all: FileSink[]): Promise<void> {
  for (const sink of all) await sink.flush();
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const names = (): string[] => readdirSync(path.dirname(file)).sort();
const textOf = (name: string): string => readFileSync(path.join(path.dirname(file), name), 'utf8');

it('should put the file away with its day when another begins', async () => {
  const sink = open();
  sink.write('yesterday\n');
  await written(sink);
  await sink.look();
  const day = dayOf(nowMs);
  nowMs += DAY_MS;
  await sink.look();
  sink.write('today\n');
  await written(sink);
  expect(names()).toEqual(['app.log', `app.log.${day}`]);
  expect(textOf(`app.log.${day}`)).toBe('yesterday\n');
  expect(textOf('app.log')).toBe('today\n');
});

it('should put away what an earlier run wrote on another day', async () => {
  const first = open();
  first.write('long ago\n');
  await first.close();
  utimesSync(file, new Date(nowMs), new Date(nowMs - 2 * DAY_MS));
  const second = open();
  await second.look();
  expect(textOf(`app.log.${dayOf(nowMs - 2 * DAY_MS)}`)).toBe('long ago\n');
});

it('should put the file away as often as it is full, under names that are free', async () => {
  const sink = open(10);
  for (const line of ['one two three\n', 'four five six\n', 'seven\n']) {
    sink.write(line);
    await written(sink);
    await sink.look();
  }
  await written(sink);
  const day = dayOf(nowMs);
  expect(names()).toEqual(['app.log', `app.log.${day}`, `app.log.${day}.2`]);
  expect([textOf(`app.log.${day}`), textOf(`app.log.${day}.2`), textOf('app.log')]).toEqual([
    'one two three\n',
    'four five six\n',
    'seven\n',
  ]);
});

it('should remove what was put away longer ago than LOG_RETENTION, and nothing else', async () => {
  await open().close();
  const old = new Date(nowMs - 8 * DAY_MS);
  for (const name of [
    'app.log.2026-01-01',
    'app.log.2026-01-01.2',
    'app.log.backup',
    'other.log.2026-01-01',
  ]) {
    writeFileSync(path.join(path.dirname(file), name), 'x');
    utimesSync(path.join(path.dirname(file), name), old, old);
  }
  writeFileSync(path.join(path.dirname(file), 'app.log.2026-01-02'), 'young');
  await open().look();
  expect(names()).toEqual(['app.log', 'app.log.2026-01-02', 'app.log.backup', 'other.log.2026-01-01']);
});

it('should lose no line of processes that share a file, whoever puts it away', async () => {
  const shared = [open(200), open(200), open(200)];
  const expected: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    for (const [index, sink] of shared.entries()) {
      const line = `round ${round} of process ${index}\n`;
      expected.push(line);
      sink.write(line);
    }
    await written(...shared);
    await Promise.all(shared.map((sink) => sink.look()));
    if (round === 10) nowMs += DAY_MS;
  }
  await written(...shared);
  const found = names().flatMap((name) => textOf(name).split('\n').filter(Boolean));
  expect(names().length).toBeGreaterThan(5);
  expect(found.sort()).toEqual(expected.map((line) => line.trim()).sort());
});

it('should open the file anew when logrotate has moved it', async () => {
  const sink = open();
  sink.write('before\n');
  await written(sink);
  renameSync(file, `${file}.moved`);
  await sink.look();
  sink.write('after\n');
  await written(sink);
  expect(textOf('app.log.moved')).toBe('before\n');
  expect(textOf('app.log')).toBe('after\n');
});
