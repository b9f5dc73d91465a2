/** @jest-environment node */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type ServerRun, type Variables } from '../support/server-process';

const ROUNDS = 20;
const BOUND_MS = 100;

/** Between a server and its database; can hold back what the database answers. */
class SlowAnswers {
  readonly #sockets: Socket[] = [];
  readonly #server: Server;
  #held: Buffer[] | undefined;
  #release: (() => void)[] = [];

  constructor(url: URL) {
    this.#server = createServer((client) => {
      const database = connect(Number(url.port), url.hostname);
      this.#sockets.push(client, database);
      client.pipe(database);
      database.on('data', (data) => {
        if (!this.#held) {
          client.write(data);
          return;
        }
        this.#held.push(data);
        this.#release.push(() => client.write(data));
      });
      for (const socket of [client, database]) socket.on('error', () => undefined);
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.#held = [];
  }

  async heldBack(answers: number): Promise<void> {
    while ((this.#held?.length ?? 0) < answers) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  release(): void {
    this.#held = undefined;
    for (const send of this.#release.splice(0)) send();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describeWithPostgresql('several nodes on one PostgreSQL', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  let database = '';
  let count = 0;

  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());
  beforeEach(async () => {
    count += 1;
    database = `nodes_${count}`;
    await postgresql.query(`create database ${database}`);
  });

  function node(variables: Variables = {}): ServerRun {
    return programs.server({ DATABASE_URL: postgresql.urlOf(database), ...variables });
  }

  async function twoNodes(): Promise<[ServerRun, ServerRun]> {
    return [await node().ready(), await node().ready()];
  }

  it('should all come up at once on a fresh database, migrated once', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, () => node().ready()));
    const migrated = nodes.filter(({ logLines }) =>
      logLines.some(({ event }) => event === 'database_migrated'),
    );
    expect(migrated).toHaveLength(1);
    const rows = await postgresql.query<{ name: string }>('select name from mikro_orm_migrations', database);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    await nodes[0]!.register('bob@example.com');
    expect(await nodes[4]!.login('bob@example.com')).toBeTruthy();
  }, 60_000);

  it('should refuse an old schema with MIGRATE_ON_START=false, and take it once it is migrated', async () => {
    const refused = node({ MIGRATE_ON_START: 'false' });
    expect((await refused.ended).code).toBe(1);
    expect(refused.stdout).toContain('The schema is out of date');
    await (await node().ready()).kill('SIGTERM');
    await node({ MIGRATE_ON_START: 'false' }).ready();
  });

  it('should wait for a database that is down, and then fail with a clear message', async () => {
    const variables = { DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/none', DB_WAIT_SECONDS: '1' };
    const server = programs.server(variables);
    expect((await server.ended).code).toBe(1);
    const events = server.logLines.map(({ event }) => event);
    expect(events).toContain('waiting_for_database');
    expect(events.at(-1)).toBe('start_failed');
    expect(server.stdout).toContain('The database did not answer within 1 s');
  });

  it('should come up when the database does', async () => {
    await postgresql.stop('fast');
    const server = node();
    await server.logged('waiting_for_database');
    await postgresql.start();
    await server.ready();
  }, 60_000);

  it('should refuse a revoked token at once on the node that revoked it, and within 100 ms on the other', async () => {
    const [a, b] = await twoNodes();
    await a.register('bob@example.com');
    const longestMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = await a.login('bob@example.com');
      // Both nodes know the session as well as they can.
      expect([await a.tokenError(token), await b.tokenError(token)]).toEqual([null, null]);
      await a.graphql('mutation { logout }', {}, token);
      const revokedAt = performance.now();
      expect(await a.tokenError(token)).toBe('INVALID_TOKEN');
      let acceptedUntilMs = 0;
      for (;;) {
        const askedAt = performance.now();
        if ((await b.tokenError(token)) !== null) break;
        acceptedUntilMs = askedAt - revokedAt;
      }
      longestMs.push(acceptedUntilMs);
    }
    expect(Math.max(...longestMs)).toBeLessThan(BOUND_MS);
    process.stdout.write(`revoked tokens were accepted by the other node for ${summary(longestMs)}\n`);
  }, 60_000);

  it('should show a changed profile at once on the node that changed it, and within 100 ms on the other', async () => {
    const [a, b] = await twoNodes();
    await a.register('bob@example.com');
    const token = await a.login('bob@example.com');
    const nameOn = async (server: ServerRun): Promise<unknown> => {
      const { data } = await server.graphql('{ me { firstName } }', {}, token);
      return (data as { me: { firstName: string } }).me.firstName;
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all([nameOn(a), nameOn(b)]);
      const firstName = `Bob ${round}`;
      const change =
        'mutation ($firstName: String) { updateProfile(input: { firstName: $firstName }) { id } }';
      await a.graphql(change, { firstName }, token);
      const changedAt = performance.now();
      expect(await nameOn(a)).toBe(firstName);
      for (;;) {
        const askedAt = performance.now();
        if ((await nameOn(b)) === firstName) break;
        expect(askedAt - changedAt).toBeLessThan(BOUND_MS);
      }
    }
  }, 60_000);

  it('should refuse the tokens of an account within 100 ms of its being disabled from the shell', async () => {
    const [a, b] = await twoNodes();
    await a.register('bob@example.com');
    const token = await a.login('bob@example.com');
    const command = programs.run('cli/user.js', ['disable', 'bob@example.com'], {
      DATABASE_URL: postgresql.urlOf(database),
    });
    command.process.stdin.end();
    // The command says so after its commit; the clock starts when that is heard here.
    while (!command.stdout.includes('is disabled')) {
      await Promise.race([once(command.process.stdout, 'data'), command.ended]);
      if (command.process.exitCode !== null) break;
    }
    expect(command.stdout).toContain('Sessions ended: 2.');
    await new Promise((resolve) => setTimeout(resolve, BOUND_MS));
    expect([await a.tokenError(token), await b.tokenError(token)]).toEqual([
      'INVALID_TOKEN',
      'INVALID_TOKEN',
    ]);
    await expect(a.login('bob@example.com')).rejects.toThrow('ACCOUNT_DISABLED');
  });

  it('should not answer from a question that was asked long before the revocation and is answered late', async () => {
    const slow = new SlowAnswers(new URL(postgresql.url));
    const address = await slow.listen();
    const a = await node().ready();
    const b = await node({ DATABASE_URL: `postgresql://postgres@${address}/${database}` }).ready();
    try {
      await a.register('bob@example.com');
      const token = await a.login('bob@example.com');
      // Two connections in the pool, so that the later question need not wait for a new one.
      await Promise.all(Array.from({ length: 4 }, () => b.login('bob@example.com')));
      slow.hold();
      const early = b.tokenError(token);
      await slow.heldBack(1);
      await a.graphql('mutation { logout }', {}, token);
      await new Promise((resolve) => setTimeout(resolve, BOUND_MS));
      const late = b.tokenError(token);
      await slow.heldBack(2);
      slow.release();
      expect(await late).toBe('INVALID_TOKEN');
      await early;
    } finally {
      slow.close();
    }
  });
});

function summary(durations: number[]): string {
  const sorted = [...durations].sort((one, other) => one - other);
  const round = (value = 0): number => Math.round(value);
  return `${round(sorted[Math.floor(sorted.length / 2)])} ms (median), ${round(sorted.at(-1))} ms (longest)`;
}
