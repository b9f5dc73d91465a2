/** @jest-environment node */
import { Client } from 'pg';
import { Load } from '../support/load';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type ServerRun } from '../support/server-process';
import { SlowNetwork } from '../support/slow-network';

const CONNECTIONS = 4;
const RECOVERY_TIMEOUT_SECONDS = 1;

/** Faults in which PostgreSQL still answers; `outage.test.ts` has those in which it does not. */
describeWithPostgresql('a PostgreSQL that is not well', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  let network: SlowNetwork;
  let server: ServerRun;
  let load: Load;
  let database = '';
  let count = 0;

  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());
  beforeEach(async () => {
    database = `faults_${(count += 1)}`;
    await postgresql.query(`create database ${database}`);
    network = new SlowNetwork(new URL(postgresql.url));
    server = await programs
      .server({
        DATABASE_URL: `postgresql://postgres@${await network.listen()}/${database}`,
        DB_POOL_MAX: String(CONNECTIONS),
        CIRCUIT_BREAKER_CALL_TIMEOUT: '8',
        CIRCUIT_BREAKER_RECOVERY_TIMEOUT: String(RECOVERY_TIMEOUT_SECONDS),
      })
      .ready();
    load = new Load(server, CONNECTIONS);
    await load.until(() => load.acknowledged.length > 10, 10_000);
  }, 30_000);
  afterEach(async () => {
    await load.stop();
    network.close();
  });

  async function acknowledgedFurther(): Promise<void> {
    const before = load.acknowledged.length;
    await load.until(() => load.acknowledged.length > before + 10, 15_000);
  }

  /** Stops the load, and tells what clients heard. */
  async function expectNothingLost(fault: string): Promise<Record<string, number>> {
    await load.stop();
    const rows = await postgresql.query<{ email: string }>('select email from users', database);
    const stored = new Set(rows.map(({ email }) => email));
    expect(load.acknowledged.filter((email) => !stored.has(email))).toEqual([]);
    process.stdout.write(`${fault}: clients heard ${JSON.stringify(load.outcomes())}, lost: 0\n`);
    return load.outcomes();
  }

  it('should only be slower when every answer comes 200 ms later', async () => {
    network.delayMs = 200;
    await acknowledgedFurther();
    network.delayMs = 0;
    await acknowledgedFurther();
    expect(Object.keys(await expectNothingLost('slow by 200 ms'))).toEqual(['ok']);
  });

  it('should answer changes with 503 while the server is read-only, reads as ever, and be over with it', async () => {
    const token = await server.register('reader@example.com');
    if (!('token' in token)) throw new Error('not registered');
    const setReadOnly = (value: string): Promise<object[]> =>
      postgresql.query(`alter database ${database} set default_transaction_read_only = ${value}`);
    await setReadOnly('on');
    // What happens to connections in a failover.
    await postgresql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
    );
    await load.until(() => load.attempts.slice(-20).every(({ outcome }) => outcome !== 'ok'), 10_000);
    expect(await server.tokenError(token.token)).toBeNull();
    await setReadOnly('default');
    // The connections that learnt of it were left by themselves: nobody ends them this time.
    await acknowledgedFurther();
    const outcomes = await expectNothingLost('read-only');
    expect(Object.keys(outcomes).sort()).toEqual(['SERVICE_UNAVAILABLE', 'ok']);
  });

  it('should go on with the connections it has when the server has no more, and get them back', async () => {
    const [{ free } = { free: 0 }] = await postgresql.query<{ free: number }>(
      `select current_setting('max_connections')::int - count(*)::int as free from pg_stat_activity`,
    );
    const hogs = Array.from({ length: free + 5 }, () => new Client({ connectionString: postgresql.url }));
    for (const hog of hogs) hog.on('error', () => undefined);
    await Promise.allSettled(hogs.map((hog) => hog.connect()));
    await acknowledgedFurther();
    // All that it has are lost at once, and others are faster.
    await postgresql
      .query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
      .catch(() => []);
    const more = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: postgresql.url }));
    for (const hog of more) hog.on('error', () => undefined);
    await Promise.allSettled(more.map((hog) => hog.connect()));
    await Promise.allSettled([...hogs, ...more].map((hog) => hog.end()));
    await acknowledgedFurther();
    const outcomes = await expectNothingLost('out of connections');
    expect(Object.keys(outcomes).filter((code) => !['SERVICE_UNAVAILABLE', 'ok'].includes(code))).toEqual([]);
  });
});
