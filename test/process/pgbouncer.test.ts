/** @jest-environment node */
import { OwnPgbouncer, SERVER_CONNECTIONS } from '../support/own-pgbouncer';
import { OwnPostgresql, postgresqlBin } from '../support/own-postgresql';
import { whenInstalled } from '../support/programs';
import { usePrograms, type Run, type ServerRun, type Variables } from '../support/server-process';

const describeWithBoth = postgresqlBin ? whenInstalled('pgbouncer') : whenInstalled('postgres');

const BOOK = 'mutation ($key: String!) { addCredits(input: { amount: "1", idempotencyKey: $key }) { id } }';
const BALANCE = '{ creditBalance { balance } }';

describeWithBoth('PgBouncer in transaction mode', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  const pgbouncer = new OwnPgbouncer();
  beforeAll(async () => {
    await postgresql.create();
    await pgbouncer.start(postgresql);
  }, 30_000);
  afterAll(async () => {
    await pgbouncer.stop();
    await postgresql.destroy();
  });

  const node = (variables: Variables = {}): ServerRun =>
    programs.server({ DATABASE_URL: pgbouncer.urlOf('postgres'), DB_POOL_MODE: 'transaction', ...variables });

  it('should carry two nodes, from their migrations on, over fewer connections than they have', async () => {
    const nodes = await Promise.all([node().ready(), node().ready()]);
    const people = Array.from({ length: 12 }, (_, index) => `p${index}@example.com`);
    const tokens = await Promise.all(
      people.map(async (email, index) => {
        await nodes[index % 2]!.register(email);
        return nodes[(index + 1) % 2]!.login(email);
      }),
    );
    // Two hundred bookings at once, each sent to both nodes: half of them are the same again.
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => index).flatMap((index) =>
        nodes.map((one) => one.graphql(BOOK, { key: `k${index}` }, tokens[index % 3])),
      ),
    );
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([null]));
    const balances = await Promise.all(
      tokens.slice(0, 3).map((token) => nodes[0].graphql(BALANCE, {}, token)),
    );
    const amounts = balances.map(
      ({ data }) => (data as { creditBalance: { balance: string } }).creditBalance,
    );
    expect(amounts.map(({ balance }) => Number(balance))).toEqual([34, 33, 33]);
    await nodes[0].graphql('mutation { logout }', {}, tokens[0]);
    expect(await nodes[0].tokenError(tokens[0]!)).toBe('INVALID_TOKEN');
    expect(nodes.flatMap(({ logLines }) => logLines.filter(({ level }) => level === 'ERROR'))).toEqual([]);
  });

  it('should leave nothing on the connections that others get next', async () => {
    await node().ready();
    const [{ count } = { count: '' }] = await postgresql.query<{ count: string }>(
      "select count(*) from pg_stat_activity where application_name = 'graphql-auth-gateway' and backend_type = 'client backend'",
    );
    expect(Number(count)).toBeLessThanOrEqual(SERVER_CONNECTIONS);
    expect(await postgresql.query("select * from pg_locks where locktype = 'advisory'")).toEqual([]);
  });

  it('should be told from a server by a start without the setting, and by the doctor', async () => {
    const unset = node({ DB_POOL_MODE: '' });
    expect((await unset.ended).code).toBe(1);
    expect(unset.stdout).toContain('set DB_POOL_MODE=transaction');
    const doctor = programs.run('cli/doctor.js', [], { DATABASE_URL: pgbouncer.urlOf('postgres') });
    expect((await doctor.ended).code).toBe(1);
    expect(doctor.stdout).toContain('A pooler lies between: set DB_POOL_MODE=transaction.');
  });

  it('should have its timeouts from the role, which the doctor asks for', async () => {
    const examined = (database: string): Run =>
      programs.run('cli/doctor.js', [], {
        DATABASE_URL: pgbouncer.urlOf(database),
        DB_POOL_MODE: 'transaction',
      });
    const before = examined('postgres');
    await before.ended;
    expect(before.stdout).toContain("alter role … set lock_timeout = '5000ms'");
    await postgresql.query('create database timed');
    await postgresql.query("alter role postgres in database timed set lock_timeout = '5s'");
    const after = examined('timed');
    expect((await after.ended).code).toBe(0);
    expect(after.stdout).not.toContain('alter role');
  });
});
