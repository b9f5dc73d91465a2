/** @jest-environment node */
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import {
  bookOne,
  historyOf,
  linesOf,
  metricOf,
  readByReplica,
  registered,
  Replicated,
  replicaReads,
  until,
} from '../support/replicated';
import { usePrograms } from '../support/server-process';

describeWithPostgresql('replicas after a failover', () => {
  const programs = usePrograms();
  const set = new Replicated(programs);
  const [successor, follower] = [new OwnPostgresql(), new OwnPostgresql()];
  beforeAll(() => set.create(), 60_000);
  afterAll(async () => {
    await follower.destroy();
    await successor.destroy();
    await set.destroy();
  });

  it('should be read when they followed the new primary, and not with what it has lost', async () => {
    await set.nextDatabase();
    const before = await set.node(set.primaryOnly);
    const token = await registered(before);
    await bookOne(before, token);
    await successor.createReplicaOf(set.primary);
    await follower.createReplicaOf(set.primary);
    await successor.stop('fast');
    await follower.stop('fast');
    // These the replica has, and the new primary never will.
    for (let lost = 0; lost < 20; lost += 1) await bookOne(before, token);
    const [end] = await set.primary.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn');
    await until(async () => {
      const past = `select pg_last_wal_replay_lsn() >= '${end!.lsn}' as "isPast"`;
      return (await set.replica.query<{ isPast: boolean }>(past))[0]!.isPast;
    });
    await before.kill('SIGTERM');
    await set.primary.stop('immediate');
    await successor.start();
    await successor.query('select pg_promote()');

    const urls = { DATABASE_URL: set.urlOf(successor), DATABASE_REPLICA_URLS: set.urlOf(set.replica) };
    const server = await set.node(urls);
    for (let tries = 0; tries < 8; tries += 1) {
      expect(await historyOf(server, token)).toEqual([1, 1, '1.00']);
      await delay(500);
    }
    expect(await replicaReads(server)).toBe(0);
    expect(await metricOf(server, 'database_replicas{state="down"}')).toBe(1);
    const { error } = await server.logged('replica_down');
    const doubt = "the replica is not known to have followed the primary's last promotion";
    expect(error).toMatchObject({ message: doubt });

    await follower.start();
    const { hostname, port, username } = new URL(successor.url);
    const conninfo = `host=${hostname} port=${port} user=${username}`;
    await follower.query(`alter system set primary_conninfo = '${conninfo}'`);
    await follower.query('select pg_reload_conf()');
    const other = await set.node({ ...urls, DATABASE_REPLICA_URLS: set.urlOf(follower) });
    await bookOne(other, token);
    await successor.query('grant pg_read_all_stats to gateway');
    await readByReplica(other, token);
    await successor.query('revoke pg_read_all_stats from gateway');
    await until(() => linesOf(other, 'replica_down') > 0);
    // From one server's checkpoint another begins: others wait for checkpoint_timeout.
    await successor.query('checkpoint');
    await until(async () => {
      await follower.query('checkpoint');
      const [row] = await follower.query<{ id: number }>(
        'select timeline_id as id from pg_control_checkpoint()',
      );
      return row!.id === 2;
    });
    await readByReplica(other, token);
    expect(await historyOf(other, token)).toEqual([2, 2, '2.00']);
  }, 60_000);
});
