/** @jest-environment node */
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { Load } from '../support/load';
import { usePrograms, type ServerRun } from '../support/server-process';

const CONNECTIONS = 4;
const CALL_TIMEOUT_SECONDS = 1;
const RECOVERY_TIMEOUT_SECONDS = 2;

interface Health {
  status: string;
  checks: { database: { status: string; circuit_breaker: { state: string; retry_after?: number } } };
}

async function healthOf(server: ServerRun): Promise<Health> {
  return (await (await fetch(`${server.url}/health`)).json()) as Health;
}

async function stateOf(server: ServerRun): Promise<string> {
  return (await healthOf(server)).checks.database.circuit_breaker.state;
}

/** Milliseconds inside the server of every answered GraphQL request since a line of the log. */
function durationsSince(server: ServerRun, firstLine: number): number[] {
  return server.logLines
    .slice(firstLine)
    .filter(({ event, path }) => event === 'request_end' && path === '/graphql')
    .map((line) => Number(line['duration_ms']))
    .sort((a, b) => a - b);
}

describeWithPostgresql('an outage of PostgreSQL', () => {
  const programs = usePrograms();
  let postgresql: OwnPostgresql;
  let server: ServerRun;
  let load: Load;

  beforeEach(async () => {
    postgresql = new OwnPostgresql();
    await postgresql.create();
    server = await programs
      .server({
        DATABASE_URL: postgresql.url,
        // Fewer than the load asks for, so that all of them are open and no call can go round those that hang.
        DB_POOL_MAX: String(CONNECTIONS),
        CIRCUIT_BREAKER_CALL_TIMEOUT: String(CALL_TIMEOUT_SECONDS),
        CIRCUIT_BREAKER_RECOVERY_TIMEOUT: String(RECOVERY_TIMEOUT_SECONDS),
        CIRCUIT_BREAKER_FAILURE_THRESHOLD: '3',
      })
      .ready();
    load = new Load(server, 2 * CONNECTIONS);
    await load.until(() => load.acknowledged.length > 20, 10_000);
  }, 30_000);

  afterEach(async () => {
    await load.stop();
    await postgresql.destroy();
  });

  async function expectRejectionsAtOnce(): Promise<void> {
    const { retryAfter, code } = await server.graphql(
      'mutation { login(input: { identifier: "a@example.com", password: "x" }) { user { id } } }',
    );
    expect(code).toBe('SERVICE_UNAVAILABLE');
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(RECOVERY_TIMEOUT_SECONDS);
    await new Promise((resolve) => setTimeout(resolve, 150)); // log lines are written every 100 ms
    const from = server.logLines.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const durations = durationsSince(server, from);
    expect(durations.length).toBeGreaterThan(5);
    // Far from the timeout: none waited for the database. A median, because the machine may have other things to do.
    expect(durations[Math.floor(durations.length / 2)]).toBeLessThan(CALL_TIMEOUT_SECONDS * 100);
  }

  async function expectNothingLostOrDoubled(): Promise<void> {
    await load.stop();
    const rows = await postgresql.query<{ email: string; count: string }>(
      'select email, count(*) from users group by email',
    );
    expect(rows.filter(({ count }) => count !== '1')).toEqual([]);
    const stored = new Set(rows.map(({ email }) => email));
    expect(load.acknowledged.filter((email) => !stored.has(email))).toEqual([]);
    // Nobody was answered by anything but success or "unavailable".
    const isExpected = (outcome: string): boolean => ['SERVICE_UNAVAILABLE', 'ok'].includes(outcome);
    const unexpected = load.attempts.filter(({ outcome }) => !isExpected(outcome));
    const causes = server.logLines.filter(({ level, error_code: code }) => {
      return level === 'ERROR' && typeof code === 'string' && !isExpected(code);
    });
    expect({ unexpected, causes }).toEqual({ unexpected: [], causes: [] });
  }

  it.each(['fast', 'immediate'] as const)(
    'should be answered at once with 503 and be over by itself: stop mode %s',
    async (mode) => {
      await postgresql.stop(mode);
      await load.until(async () => (await stateOf(server)) === 'open', 3_000);
      const health = await healthOf(server);
      expect(health).toMatchObject({ status: 'unhealthy', checks: { database: { status: 'down' } } });
      await expectRejectionsAtOnce();

      await postgresql.start();
      const acknowledged = load.acknowledged.length;
      const recoveredMs = await load.until(() => load.acknowledged.length > acknowledged, 10_000);
      expect(recoveredMs).toBeLessThan((RECOVERY_TIMEOUT_SECONDS + 1) * 1000);
      expect(await healthOf(server)).toMatchObject({ status: 'healthy' });
      await expectNothingLostOrDoubled();
    },
    60_000,
  );

  it('should end calls at their timeout when the database hangs, and recover when it goes on', async () => {
    postgresql.hang();
    const openedMs = await load.until(async () => (await stateOf(server)) === 'open', 10_000);
    // The check of health itself waits for its answer as long as a call may.
    expect(openedMs).toBeLessThan(CALL_TIMEOUT_SECONDS * 3_000);
    await expectRejectionsAtOnce();

    postgresql.wake();
    const acknowledged = load.acknowledged.length;
    const recoveredMs = await load.until(() => load.acknowledged.length > acknowledged, 10_000);
    expect(recoveredMs).toBeLessThan((RECOVERY_TIMEOUT_SECONDS + 1) * 1000);
    await expectNothingLostOrDoubled();
  }, 60_000);

  it('should be over although every connection of the pool was lost in silence', async () => {
    // Backends that never go on are what a network that swallows packets looks like from here.
    const frozen = postgresql.hangBackends();
    expect(frozen).toBeGreaterThanOrEqual(CONNECTIONS);
    await load.until(() => server.stdout.includes('circuit_breaker_opened'), 10_000);
    await load.until(async () => (await stateOf(server)) === 'closed', 10_000);
    const acknowledged = load.acknowledged.length;
    await load.until(() => load.acknowledged.length > acknowledged + 20, 5_000);
    postgresql.wake();
    await expectNothingLostOrDoubled();
  }, 60_000);

  it('should not let checks of health fill the pool of a database that hangs', async () => {
    await load.stop();
    postgresql.hang();
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 50 }, () => healthOf(server)));
    expect(answers.every(({ checks }) => checks.database.status === 'down')).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_SECONDS * 2_000);
    postgresql.wake();
    // The mail worker asks in the background too, and may have opened the breaker meanwhile.
    await load.until(async () => (await healthOf(server)).status === 'healthy', 10_000);
  }, 60_000);
});
