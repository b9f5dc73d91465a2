/** @jest-environment node */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { LAST_RELEASED, makeReleasedSchema, SINCE_RELEASE } from '../support/released-schema';
import { usePrograms, type Run } from '../support/server-process';

/** For how long a statement of a node may wait for a migration: a migration waits for half a second, and then gives way. */
const STALL_BOUND_MS = 1_500;

describeWithPostgresql('migrating while nodes of the last release work', () => {
  const programs = usePrograms();
  let postgresql: OwnPostgresql;
  let clients: Client[] = [];
  beforeEach(async () => {
    postgresql = new OwnPostgresql();
    await postgresql.create();
    await makeReleasedSchema(postgresql.url);
    await postgresql.query(
      `insert into users (email, hashed_password, created_at, updated_at)
         select 'p' || n || '@example.com', 'none', now(), now() from generate_series(1, 9) n;
       insert into sessions (id, user_id, created_at, last_used_at, expires_at, ip_address)
         select gen_random_uuid(), id, now(), now(), now(), '192.0.2.1' from users`,
    );
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()));
    clients = [];
    await postgresql.destroy();
  });

  /** The connection of a node in the middle of something. */
  async function inTransaction(statement: string): Promise<Client> {
    const client = new Client({ connectionString: postgresql.url });
    clients.push(client);
    await client.connect();
    await client.query('begin');
    await client.query(statement);
    return client;
  }

  const migrate = (): Run =>
    programs.run('cli/migrate.js', [], { DATABASE_URL: postgresql.url, LOG_FORMAT: 'json' });

  /** Until so many of our connections wait for a lock, or do not any more. */
  async function waiting(): Promise<void> {
    const sql = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname is not null";
    while ((await postgresql.query(sql)).length === 0) await delay(10);
  }

  /** The longest of many writes to a table while `until` is not done. */
  async function longestWrite(table: 'sessions' | 'users', until: Promise<unknown>): Promise<number> {
    const client = new Client({ connectionString: postgresql.url });
    clients.push(client);
    await client.connect();
    const column = table === 'sessions' ? 'last_used_at' : 'updated_at';
    const state = { isDone: false };
    void until.finally(() => (state.isDone = true));
    let longest = 0;
    while (!state.isDone) {
      const startedAt = performance.now();
      await client.query(
        `update ${table} set ${column} = now() where ctid = (select max(ctid) from ${table})`,
      );
      longest = Math.max(longest, performance.now() - startedAt);
      await delay(5);
    }
    return longest;
  }

  const applied = async (): Promise<unknown[]> =>
    (
      await postgresql.query<{ name: string }>(
        `select name from mikro_orm_migrations where name > '${LAST_RELEASED}' order by 1`,
      )
    ).map(({ name }) => name);

  it.each(['sessions', 'users'] as const)(
    'should hold up no write while it waits for a long transaction on %s',
    async (table) => {
      const long = await inTransaction(
        `update ${table} set ${table === 'users' ? 'updated_at' : 'last_used_at'} = now() where ctid = (select min(ctid) from ${table})`,
      );
      const migrating = migrate();
      const over = delay(4_000).then(() => long.query('commit'));
      const longest = await longestWrite(table, Promise.all([over, migrating.ended]));
      expect(await migrating.ended).toEqual({ code: 0, signal: null });
      expect(longest).toBeLessThan(STALL_BOUND_MS);
      expect(await applied()).toEqual(SINCE_RELEASE);
    },
  );

  it('should give way to a transaction that waits for it while it waits for that one', async () => {
    const login = await inTransaction('update users set last_login_at = now()');
    const migrating = migrate();
    await migrating.logged('migration_gives_way');
    await waiting();
    // The migration that comes next holds sessions and waits for users.
    await login.query('update sessions set last_used_at = now()');
    await login.query('commit');
    expect(await migrating.ended).toEqual({ code: 0, signal: null });
    expect(await applied()).toEqual(SINCE_RELEASE);
  });

  it('should put the bounds aside that the role has for requests', async () => {
    await postgresql.query("alter role postgres set statement_timeout = '300ms'");
    await postgresql.query("alter role postgres set lock_timeout = '300ms'");
    const old = await inTransaction('set transaction isolation level repeatable read; select 1 from users');
    const migrating = migrate();
    await waiting();
    await delay(1_000);
    await old.query('commit');
    expect(await migrating.ended).toEqual({ code: 0, signal: null });
    expect(await applied()).toEqual(SINCE_RELEASE);
  });

  it('should do again what was interrupted, and leave no index that is of no use', async () => {
    const old = await inTransaction('set transaction isolation level repeatable read; select 1 from users');
    const killed = migrate();
    await waiting(); // an index that is built waits for whoever might still look for what it has not
    await killed.kill('SIGKILL');
    await postgresql.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname is not null",
    );
    const invalid = 'select indexrelid::regclass as name from pg_index where not indisvalid';
    expect(await postgresql.query(invalid)).toHaveLength(1);
    await old.query('commit');
    expect(await migrate().ended).toEqual({ code: 0, signal: null });
    expect(await postgresql.query(invalid)).toEqual([]);
    expect(await applied()).toEqual(SINCE_RELEASE);
  });
});
