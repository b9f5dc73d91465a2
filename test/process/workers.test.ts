/** @jest-environment node */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type LogLine, type ServerRun, type Variables } from '../support/server-process';
import {
  asProxyWithOthers,
  GONE_ELSEWHERE,
  keptConnections,
  NO_ANSWER,
  SteadyLoad,
} from '../support/steady-load';

const PER_SECOND = 200;
const PATIENCE_MS = 20_000;

describeWithPostgresql('several workers on one port', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();

  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());

  function start(variables: Variables = {}): Promise<ServerRun> {
    return programs.server({ DATABASE_URL: postgresql.url, WORKERS: '2', ...variables }).ready();
  }

  /** The lines of an event, once there are so many. */
  async function lines(server: ServerRun, event: string, count: number): Promise<LogLine[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = server.logLines.filter((line) => line.event === event);
      if (found.length >= count) return found;
      if (performance.now() > deadline)
        throw new Error(`${found.length} of ${event}:\n${server.stdout.slice(-3_000)}`);
      await delay(10);
    }
  }

  function pids(logLines: readonly LogLine[]): Set<unknown> {
    return new Set(logLines.map((line) => line['worker_pid']));
  }

  /** Requests to `/health/live` that all workers together say they answered with 200. */
  async function counted(server: ServerRun): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('\nworkers 2\n');
    const line = /^http_requests_total\{method="GET",route="\/health\/live",status="200"\} (\d+)$/m.exec(
      text,
    );
    return Number(line?.[1]);
  }

  it('should share the requests, sum what they count, and leave the mails to one of them', async () => {
    const server = await start();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${server.url}/health/live`, { headers: { connection: 'close' } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(pids(await lines(server, 'request_end', 20)).size).toBe(2);
    expect(await counted(server)).toBe(20);

    await Promise.all(Array.from({ length: 6 }, (_, n) => server.register(`p${n}@example.com`)));
    const registered = await lines(server, 'account_registered', 6);
    expect(pids(registered).size).toBe(2);
    const sent = await lines(server, 'mail_sent', 6);
    expect(sent).toHaveLength(6);
    expect(pids(sent).size).toBe(1);
  });

  it('should replace one that is killed under load, and give its duties to another', async () => {
    const server = await start();
    await server.register('first@example.com');
    const [onDuty] = await lines(server, 'mail_sent', 1);
    const load = new SteadyLoad(keptConnections(`${server.url}/health/live`), PER_SECOND);
    await load.more(PER_SECOND / 2);
    process.kill(Number(onDuty!['worker_pid']), 'SIGKILL');
    const died = await server.logged('worker_died');
    expect(died).toMatchObject({ worker_pid: onDuty!['worker_pid'], signal: 'SIGKILL', restart_in_ms: 0 });
    await load.more(PER_SECOND);
    const { sent, outcomes } = await load.stop();
    // What was under way in the dead one is cut off; everything after it is served by the other.
    // One that was just being handed over to it hears nothing: the primary still holds it.
    const cutOff = ['ECONNRESET', 'EPIPE', NO_ANSWER].reduce((sum, key) => sum + (outcomes[key] ?? 0), 0);
    expect(Number(outcomes['200']) + cutOff).toBe(sent);
    expect(cutOff).toBeLessThan(20);
    await server.register('second@example.com');
    const mails = await lines(server, 'mail_sent', 2);
    expect(mails[1]!['worker_pid']).not.toBe(onDuty!['worker_pid']);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('\nworker_deaths_total 1\n');
  });

  it('should fail none of 200 requests a second while it is reloaded, forget no count, and then stop', async () => {
    const server = await start({ SHUTDOWN_DELAY_SECONDS: '1' });
    const load = new SteadyLoad(keptConnections(`${server.url}/health/live`), PER_SECOND);
    await load.more(PER_SECOND / 2);
    const before = pids(await lines(server, 'request_end', 10));
    server.process.kill('SIGHUP');
    await server.logged('workers_reloaded');
    await load.more(PER_SECOND / 2);
    const reloaded = await load.stop();
    expect(reloaded.outcomes).toEqual({ 200: reloaded.sent });
    const after = pids(server.logLines.filter(({ event }) => event === 'request_end').slice(-50));
    // A worker that is busy is counted as it was when it was asked before.
    while ((await counted(server)) < reloaded.sent) await delay(50);
    expect(await counted(server)).toBe(reloaded.sent);
    expect(after.size).toBeGreaterThan(0);
    for (const pid of after) expect(before.has(pid)).toBe(false);

    // A setting that no worker could start with: those that are there go on.
    writeFileSync(join(programs.directory, '.env'), 'SLOW_REQUEST_SECONDS=never\n');
    server.process.kill('SIGHUP');
    expect((await server.logged('reload_failed'))['reason']).toContain('SLOW_REQUEST_SECONDS must be');

    const last = new SteadyLoad(asProxyWithOthers(`${server.url}/health/live`), PER_SECOND);
    await last.more(PER_SECOND / 2);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    const { outcomes } = await last.stop();
    expect(Object.keys(outcomes)).toEqual(['200', GONE_ELSEWHERE]);
  });

  it('should not start, and say why once, when the first of them cannot', async () => {
    const server = programs.server({
      DATABASE_URL: postgresql.urlOf('nowhere'),
      WORKERS: '3',
    });
    expect((await server.ended).code).toBe(1);
    expect(server.logLines.filter(({ event }) => event === 'start_failed')).toHaveLength(1);
  });
});
