/** @jest-environment node */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/own-postgresql';
import { whenInstalled } from '../support/programs';
import { usePrograms, type ServerRun } from '../support/server-process';

const LIMIT = 5;

/** Redis servers of the test's own, in a directory that goes with them. */
class OwnRedis {
  readonly #directory = mkdtempSync(join(tmpdir(), 'own-redis-'));
  readonly #processes: ChildProcess[] = [];

  /** @returns the port */
  async start(settings: readonly string[] = [], args: readonly string[] = []): Promise<number> {
    const port = await freePort();
    const file = join(this.#directory, `${port}.conf`);
    const always = [`port ${port}`, 'bind 127.0.0.1', `dir ${this.#directory}`, 'save ""', 'daemonize no'];
    writeFileSync(file, [...always, ...settings].join('\n'));
    const redis = spawn('redis-server', [file, ...args], { stdio: 'ignore' });
    this.#processes.push(redis);
    await until(() => ask(port, 'ping') === 'PONG');
    return port;
  }

  async kill(index: number): Promise<void> {
    const redis = this.#processes[index]!;
    if (redis.exitCode !== null || redis.signalCode !== null) return;
    const ended = once(redis, 'exit');
    redis.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((_, index) => this.kill(index)));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Undefined while nobody answers. */
function ask(port: number, ...command: string[]): string | undefined {
  try {
    const args = ['-h', '127.0.0.1', '-p', String(port), ...command];
    return execFileSync('redis-cli', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('not within 20 s');
    await delay(50);
  }
}

whenInstalled('redis-server', 'redis-cli')('several Redis servers that are one', () => {
  const programs = usePrograms();
  let redis: OwnRedis;
  beforeEach(() => {
    redis = new OwnRedis();
  });
  afterEach(() => redis.stop());

  const serverOn = (url: string): Promise<ServerRun> =>
    programs
      .server({
        REDIS_URL: url,
        RATE_LIMIT_ENABLED: 'true',
        RATE_LIMIT_GRAPHQL_LOGIN: `${LIMIT}/hour`,
        RATE_LIMIT_FAIL_CLOSED: 'true',
      })
      .ready();

  async function tryToLogin(server: ServerRun): Promise<string | null> {
    const { code } = await server.graphql(
      'mutation { login(input: { identifier: "nobody", password: "x" }) { user { id } } }',
    );
    return code;
  }

  it('should be found through a sentinel, and found again with their counts when the master dies', async () => {
    const master = await redis.start();
    const replica = await redis.start([`replicaof 127.0.0.1 ${master}`]);
    const sentinel = await redis.start(
      [
        `sentinel monitor counters 127.0.0.1 ${master} 1`,
        'sentinel down-after-milliseconds counters 500',
        'sentinel failover-timeout counters 2000',
      ],
      ['--sentinel'],
    );
    const server = await serverOn(`redis+sentinel://127.0.0.1:${sentinel}/counters`);
    for (let count = 0; count < LIMIT - 2; count += 1)
      expect(await tryToLogin(server)).toBe('INVALID_CREDENTIALS');
    await until(() => ask(replica, 'dbsize') === ask(master, 'dbsize'));
    // The sentinel knows the replica, or it would have nobody to promote.
    await until(() => ask(sentinel, 'sentinel', 'replicas', 'counters')?.includes(String(replica)) === true);
    await redis.kill(0);
    // Meanwhile nobody is let in uncounted.
    expect(await tryToLogin(server)).toBe('SERVICE_UNAVAILABLE');
    await until(() => ask(replica, 'role')?.startsWith('master') === true);
    // The first of these two ends the wait; the three before the failover were not forgotten.
    await until(async () => (await tryToLogin(server)) === 'INVALID_CREDENTIALS');
    expect(await tryToLogin(server)).toBe('INVALID_CREDENTIALS');
    expect(await tryToLogin(server)).toBe('RATE_LIMITED');
  });

  it('should count as a cluster, and say so when a part of it is gone', async () => {
    const settings = ['cluster-enabled yes', 'cluster-node-timeout 1000'];
    const nodes = await Promise.all(
      [1, 2].map((index) => redis.start([...settings, `cluster-config-file nodes-${index}.conf`])),
    );
    const [one = 0, other = 0] = nodes;
    ask(one, 'cluster', 'addslotsrange', '0', '8191');
    ask(other, 'cluster', 'addslotsrange', '8192', '16383');
    ask(one, 'cluster', 'meet', '127.0.0.1', String(other));
    await until(() => nodes.every((port) => ask(port, 'cluster', 'info')?.includes('cluster_state:ok')));
    const server = await serverOn(`redis+cluster://127.0.0.1:${one},127.0.0.1:${other}`);
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({
      checks: { redis: { status: 'up' } },
    });
    for (let count = 0; count < LIMIT; count += 1)
      expect(await tryToLogin(server)).toBe('INVALID_CREDENTIALS');
    expect(Number(ask(one, 'dbsize')) + Number(ask(other, 'dbsize'))).toBeGreaterThan(0);
    await Promise.all([redis.kill(0), redis.kill(1)]);
    expect(await tryToLogin(server)).toBe('SERVICE_UNAVAILABLE');
    const { status } = await fetch(`${server.url}/health/ready`);
    expect(status).toBe(200);
  });
});
