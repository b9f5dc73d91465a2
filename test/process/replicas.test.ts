/** @jest-environment node */
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPostgresql } from '../support/own-postgresql';
import {
  bookOne,
  historyOf,
  linesOf,
  readByReplica,
  registered,
  Replicated,
  replicaReads,
  restHistoryOf,
  until,
} from '../support/replicated';
import { usePrograms } from '../support/server-process';
import { SlowNetwork } from '../support/slow-network';
import { SteadyLoad, type Send } from '../support/steady-load';

const LAG_MS = 5_000;
/** A look, and a machine that has other things to do. */
const GRACE_MS = 2_000;

describeWithPostgresql('replicas', () => {
  const set = new Replicated(usePrograms());
  beforeAll(() => set.create(), 60_000);
  afterAll(() => set.destroy());
  beforeEach(() => set.nextDatabase());

  it('should serve the history, and nothing else, at most so many seconds late', async () => {
    const [server, other] = [await set.node(), await set.node(set.primaryOnly)];
    const token = await registered(server);
    await bookOne(other, token);
    await readByReplica(server, token);
    await set.replica.query('select pg_wal_replay_pause()');
    try {
      await bookOne(other, token);
      const bookedAt = performance.now();
      expect(await historyOf(server, token)).toEqual([1, 1, '2.00']);
      expect(await restHistoryOf(server, token)).toEqual([1, 1]);
      expect(await historyOf(other, token)).toEqual([2, 2, '2.00']);
      // Whoever comes now is not on the replica at all.
      const newcomer = await registered(server, 'bob@example.com');
      await server.login('bob@example.com');
      expect((await server.graphql('mutation { logout }', {}, newcomer)).code).toBeNull();
      expect(await server.tokenError(newcomer)).toBe('INVALID_TOKEN');
      await until(async () => (await historyOf(server, token))[0] === 2, LAG_MS + GRACE_MS);
      const lateMs = performance.now() - bookedAt;
      expect(lateMs).toBeLessThan(LAG_MS + GRACE_MS);
      process.stdout.write(`behind: seen after ${lateMs.toFixed(0)} ms\n`);
      const { replica: place, error } = await server.logged('replica_down');
      expect(place).toBe(set.urlOf(set.replica).replace(/.*@/, ''));
      expect(error).toMatchObject({ message: 'the replica is too far behind' });
    } finally {
      await set.replica.query('select pg_wal_replay_resume()');
    }
    await readByReplica(server, token);
    await server.logged('replica_back');
    expect([linesOf(server, 'replica_down'), linesOf(server, 'replica_back')]).toEqual([1, 1]);
  });

  it('should show everybody at once what they booked through the same node', async () => {
    const server = await set.node();
    const token = await registered(server);
    await bookOne(server, token);
    await readByReplica(server, token);
    await set.replica.query('select pg_wal_replay_pause()');
    try {
      for (let booked = 2; booked <= 20; booked += 1) {
        await bookOne(server, token);
        expect(await historyOf(server, token)).toEqual([booked, booked, `${booked}.00`]);
        expect(await restHistoryOf(server, token)).toEqual([booked, booked]);
        await delay(400);
      }
    } finally {
      await set.replica.query('select pg_wal_replay_resume()');
    }
  });

  it('should cost nobody a request when it is killed, hangs, and comes back', async () => {
    const server = await set.node({
      DATABASE_REPLICA_URLS: set.urlOf(set.replica),
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1',
      DB_POOL_MAX: '4',
    });
    const token = await registered(server);
    await bookOne(server, token);
    await readByReplica(server, token);
    const durations: number[] = [];
    const send: Send = async () => {
      const startedAt = performance.now();
      const [entries] = await historyOf(server, token);
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
    await set.replica.stop('immediate');
    await expectOutage(1, () => set.replica.start());
    set.replica.hang();
    await expectOutage(2, () => set.replica.wake());
    // Lost connections alone are replaced.
    set.replica.hangBackends();
    await load.more(100);
    set.replica.wake();
    const { sent, outcomes } = await load.stop();
    durations.sort((a, b) => a - b);
    process.stdout.write(
      `killed, hung: ${sent} requests, ${JSON.stringify(outcomes)}, slowest ${durations.at(-1)?.toFixed(0)} ms\n`,
    );
    expect(outcomes).toEqual({ 1: sent });
    expect(durations.at(-1)).toBeLessThan(1_000 + GRACE_MS);
    expect(linesOf(server, 'circuit_breaker_opened')).toBe(0);
    set.replica.hang();
    const stopping = performance.now();
    expect((await server.kill('SIGTERM')).code).toBe(0);
    process.stdout.write(
      `stopped beside a hung replica within ${(performance.now() - stopping).toFixed(0)} ms\n`,
    );
    set.replica.wake();
  });

  it('should go on with the others when one of several is lost', async () => {
    const networks = [new SlowNetwork(new URL(set.replica.url)), new SlowNetwork(new URL(set.replica.url))];
    const places = await Promise.all(networks.map((network) => network.listen()));
    const urls = places.map((place) => `postgresql://gateway@${place}/${set.database}`);
    const server = await set.node({ DATABASE_REPLICA_URLS: urls.join() });
    const tokens = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => registered(server, `${name}@example.com`)),
    );
    for (const token of tokens) await readByReplica(server, token);
    const before = await replicaReads(server);
    networks[0]!.close();
    let turn = 0;
    const send: Send = async () => {
      const [entries] = await historyOf(server, tokens[(turn += 1) % tokens.length]!);
      return entries;
    };
    const load = new SteadyLoad(send, 20);
    await load.more(60);
    const { sent, outcomes } = await load.stop();
    expect(outcomes).toEqual({ 0: sent });
    expect((await replicaReads(server)) - before).toBeGreaterThan(sent);
    expect(linesOf(server, 'replica_down')).toBe(1);
    await server.kill('SIGTERM');
    networks[1]!.close();
  });
});
