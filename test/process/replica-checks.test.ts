/** @jest-environment node */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPostgresql } from '../support/own-postgresql';
import {
  bookOne,
  historyOf,
  linesOf,
  metricOf,
  registered,
  Replicated,
  replicaReads,
  until,
} from '../support/replicated';
import { usePrograms } from '../support/server-process';

describeWithPostgresql('what replicas are examined by', () => {
  const programs = usePrograms();
  const set = new Replicated(programs);
  beforeAll(() => set.create(), 60_000);
  afterAll(() => set.destroy());
  beforeEach(() => set.nextDatabase());

  it('should leave alone what is no replica of the same database, and say which', async () => {
    await set.primary.query(`create database ${set.database}_other owner gateway`);
    await set.node({ DATABASE_URL: set.urlOf(set.primary, `${set.database}_other`) });
    const nobody = 'postgresql://gateway@127.0.0.1:1/auth';
    const wrong = [set.urlOf(set.primary), set.urlOf(set.replica, `${set.database}_other`), nobody];
    const server = await set.node({ DATABASE_REPLICA_URLS: wrong.join(', ') });
    const token = await registered(server);
    await bookOne(server, token);
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await historyOf(server, token)).toEqual([1, 1, '1.00']);
      await delay(700);
    }
    const reasons = server.logLines
      .filter(({ event }) => event === 'replica_down')
      .map((line) => (line['error'] as { message: string }).message);
    expect(reasons.sort()).toEqual([
      'connect ECONNREFUSED 127.0.0.1:1',
      'the server is a replica of another database',
      'the server is no replica: it is not in recovery',
    ]);
    expect([await replicaReads(server), linesOf(server, 'replica_back')]).toEqual([0, 0]);
    expect(await metricOf(server, 'database_replicas{state="down"}')).toBe(3);
  });

  it('should serve the verification of the ledger', async () => {
    const server = await set.node(set.primaryOnly);
    const token = await registered(server);
    await bookOne(server, token);
    const scans = async (): Promise<number> => {
      const [row] = await set.replica.query<{ scans: string }>(
        `select seq_scan + idx_scan as scans from pg_stat_user_tables where relname = 'credit_accounts'`,
        set.database,
      );
      return Number(row?.scans);
    };
    await until(async () => !Number.isNaN(await scans()));
    const before = await scans();
    const verification = programs.run('cli/verify-credits.js', [], {
      DATABASE_URL: set.urlOf(set.primary),
      DATABASE_REPLICA_URLS: set.urlOf(set.replica),
    });
    expect((await verification.ended).code).toBe(0);
    expect(verification.stdout).toBe('1 accounts with 1 entries, 0 differences\n');
    expect(await scans()).toBeGreaterThan(before);
  });

  it('should not keep the verification of the ledger when they are silent', async () => {
    await set.node(set.primaryOnly);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const startedAtMs = performance.now();
    const verification = programs.run('cli/verify-credits.js', [], {
      DATABASE_URL: set.urlOf(set.primary),
      DATABASE_REPLICA_URLS: `postgresql://gateway@127.0.0.1:${(silent.address() as AddressInfo).port}/auth`,
    });
    const { code } = await Promise.race([
      verification.ended,
      delay(15_000, { code: 'none' }, { ref: false }),
    ]);
    const tookMs = performance.now() - startedAtMs;
    for (const socket of sockets) socket.destroy();
    silent.close();
    expect([code, verification.stdout]).toEqual([0, '0 accounts with 0 entries, 0 differences\n']);
    process.stdout.write(`verified beside a silent replica within ${tookMs.toFixed(0)} ms\n`);
  });

  it('should be examined by the doctor', async () => {
    await set.node(set.primaryOnly);
    const examine = async (replicas: readonly string[], of = set.urlOf(set.primary)): Promise<string[]> => {
      const doctor = programs.run('cli/doctor.js', ['--json'], {
        DATABASE_URL: of,
        DATABASE_REPLICA_URLS: replicas.join(),
      });
      await doctor.ended;
      const findings = doctor.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>);
      return findings
        .filter(({ subject }) => subject === 'replica')
        .map(({ verdict, message }) => `${verdict}: ${message}`);
    };
    expect(await examine([set.urlOf(set.replica)])).toEqual([
      expect.stringMatching(/^ok: PostgreSQL .* answers in/),
      expect.stringMatching(/^ok: .* connections are taken/),
      expect.stringMatching(/^ok: .* has all that the primary had \d+ ms before$/),
    ]);
    const found = (await examine([set.urlOf(set.primary), 'postgresql://gateway@127.0.0.1:1/auth'])).join(
      '\n',
    );
    expect(found).toMatch(/failure: .* is not read: the server is no replica: it is not in recovery/);
    expect(found).toMatch(
      /failure: the replica at 127\.0\.0\.1:1\/auth cannot be used: connect ECONNREFUSED/,
    );
    await set.replica.query('select pg_wal_replay_pause()');
    try {
      await set.primary.query('create table late ()', set.database);
      expect((await examine([set.urlOf(set.replica)])).at(-1)).toMatch(
        /failure: .* more than 2 s behind the primary$/,
      );
    } finally {
      await set.replica.query('select pg_wal_replay_resume()');
    }
  });
});
