/** @jest-environment node */
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type ServerRun, type Variables } from '../support/server-process';
import { SteadyLoad, type Send } from '../support/steady-load';

const LAG_MS = 5_000;
/** A look, and a machine that has other things to do. */
const GRACE_MS = 2_000;
const HISTORY =
  '{ creditBalance { balance } creditTransactions(first: 50) { edges { node { newBalance } } totalCount } }';
const ADD = 'mutation { addCredits(input: { amount: "1.00" }) { newBalance } }';

interface History {
  readonly creditBalance: { readonly balance: string };
  readonly creditTransactions: { readonly edges: readonly object[]; readonly totalCount: number };
}

describeWithPostgresql('replicas', () => {
  const programs = usePrograms();
  const primary = new OwnPostgresql();
  const replica = new OwnPostgresql();
  let database = '';
  let count = 0;

  beforeAll(async () => {
    await primary.create();
    // No superuser: what is asked of the servers everybody may ask.
    await primary.query('create role gateway login');
    await replica.createReplicaOf(primary);
  }, 60_000);
  afterAll(async () => {
    await replica.destroy();
    await primary.destroy();
  });
  beforeEach(async () => {
    database = `replicas_${(count += 1)}`;
    await primary.query(`create database ${database} owner gateway`);
  });

  const urlOf = (server: OwnPostgresql, name = database): string =>
    server.urlOf(name).replace('postgres@', 'gateway@');
  const node = (variables: Variables = {}): Promise<ServerRun> =>
    programs.server({ DATABASE_URL: urlOf(primary), ...variables }).ready();
  const nodeWithReplica = (): Promise<ServerRun> => node({ DATABASE_REPLICA_URLS: urlOf(replica) });

  async function registered(server: ServerRun, email = 'anna@example.com'): Promise<string> {
    const answer = await server.register(email);
    if (!('token' in answer)) throw new Error(answer.code);
    return answer.token;
  }

  async function book(server: ServerRun, token: string): Promise<void> {
    expect((await server.graphql(ADD, {}, token)).code).toBeNull();
  }

  /** Entries of the page, the total and the balance. */
  async function history(server: ServerRun, token: string): Promise<[number, number, string]> {
    const { data, code } = await server.graphql<History>(HISTORY, {}, token);
    if (!data) throw new Error(String(code));
    const { creditTransactions: page, creditBalance } = data;
    return [page.edges.length, page.totalCount, creditBalance.balance];
  }

  async function restHistory(server: ServerRun, token: string): Promise<[number, number]> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}/balance_hub/credits/transactions`, { headers });
    const page = (await response.json()) as { transactions: object[]; total_count: number };
    return [page.transactions.length, page.total_count];
  }

  async function replicaReads(server: ServerRun, outcome: 'success' | 'failure'): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const line = `database_call_duration_seconds_count{kind="replica_read",outcome="${outcome}"} `;
    return Number(text.split(line)[1]?.split('\n')[0] ?? 0);
  }

  async function until(condition: () => Promise<boolean> | boolean, withinMs: number): Promise<number> {
    const startedAt = performance.now();
    while (!(await condition())) {
      if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms`);
      await delay(20);
    }
    return performance.now() - startedAt;
  }

  /** Waits until the history of somebody who has one of so many entries is the replica's. */
  async function readByReplica(server: ServerRun, token: string): Promise<void> {
    const before = await replicaReads(server, 'success');
    await until(async () => {
      await history(server, token);
      return (await replicaReads(server, 'success')) > before;
    }, 3 * LAG_MS);
  }

  const linesOf = (server: ServerRun, event: string): number =>
    server.logLines.filter((line) => line.event === event).length;

  it('should serve the history, and nothing else, at most so many seconds late', async () => {
    const [server, other] = [await nodeWithReplica(), await node()];
    const token = await registered(server);
    await book(other, token);
    await readByReplica(server, token);
    await replica.query('select pg_wal_replay_pause()');
    try {
      await book(other, token);
      const bookedAt = performance.now();
      expect(await history(server, token)).toEqual([1, 1, '2.00']);
      expect(await restHistory(server, token)).toEqual([1, 1]);
      expect(await history(other, token)).toEqual([2, 2, '2.00']);
      // Whoever comes now is not on the replica at all.
      const newcomer = await registered(server, 'bob@example.com');
      await server.login('bob@example.com');
      expect((await server.graphql('mutation { logout { success } }', {}, newcomer)).code).toBeNull();
      expect(await server.tokenError(newcomer)).toBe('INVALID_TOKEN');
      await until(async () => (await history(server, token))[0] === 2, LAG_MS + GRACE_MS);
      const lateMs = performance.now() - bookedAt;
      expect(lateMs).toBeLessThan(LAG_MS + GRACE_MS);
      process.stdout.write(`behind: seen after ${lateMs.toFixed(0)} ms\n`);
      const { replica: place, error } = await server.logged('replica_down');
      expect(place).toBe(urlOf(replica).replace(/.*@/, ''));
      expect(error).toMatchObject({ message: 'the replica is too far behind' });
    } finally {
      await replica.query('select pg_wal_replay_resume()');
    }
    await readByReplica(server, token);
    expect([linesOf(server, 'replica_down'), linesOf(server, 'replica_back')]).toEqual([1, 1]);
  });

  it('should show everybody at once what they booked through the same node', async () => {
    const server = await nodeWithReplica();
    const token = await registered(server);
    await book(server, token);
    await readByReplica(server, token);
    await replica.query('select pg_wal_replay_pause()');
    try {
      for (let booked = 2; booked <= 20; booked += 1) {
        await book(server, token);
        expect(await history(server, token)).toEqual([booked, booked, `${booked}.00`]);
        expect(await restHistory(server, token)).toEqual([booked, booked]);
        await delay(400);
      }
    } finally {
      await replica.query('select pg_wal_replay_resume()');
    }
  });

  it('should cost nobody a request when it is killed, hangs, and comes back', async () => {
    const server = await node({
      DATABASE_REPLICA_URLS: urlOf(replica),
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1',
      DB_POOL_MAX: '4',
    });
    const token = await registered(server);
    await book(server, token);
    await readByReplica(server, token);
    const durations: number[] = [];
    const send: Send = async () => {
      const startedAt = performance.now();
      const [entries] = await history(server, token);
      durations.push(performance.now() - startedAt);
      return entries;
    };
    const load = new SteadyLoad(send, 40);
    const expectOutage = async (times: number, mend: () => Promise<void> | void): Promise<void> => {
      await until(() => linesOf(server, 'replica_down') === times, 2 * LAG_MS);
      await load.more(40);
      await mend();
      await until(() => linesOf(server, 'replica_back') === times, 3 * LAG_MS);
      await readByReplica(server, token);
    };
    await load.more(40);
    await replica.stop('immediate');
    await expectOutage(1, () => replica.start());
    replica.hang();
    await expectOutage(2, () => replica.wake());
    replica.hangBackends();
    await expectOutage(3, () => replica.wake());
    const { sent, outcomes } = await load.stop();
    durations.sort((a, b) => a - b);
    process.stdout.write(
      `killed, hung: ${sent} requests, ${JSON.stringify(outcomes)}, slowest ${durations.at(-1)?.toFixed(0)} ms\n`,
    );
    expect(outcomes).toEqual({ 1: sent });
    expect(durations.at(-1)).toBeLessThan(1_000 + GRACE_MS);
    expect(linesOf(server, 'circuit_breaker_opened')).toBe(0);
    replica.hang();
    const stopping = performance.now();
    expect((await server.kill('SIGTERM')).code).toBe(0);
    process.stdout.write(
      `stopped beside a hung replica within ${(performance.now() - stopping).toFixed(0)} ms\n`,
    );
    replica.wake();
  });
});
