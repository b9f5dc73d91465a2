/** @jest-environment node */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type Variables } from '../support/server-process';
import { SmtpSink } from '../support/smtp-sink';

interface Finding {
  readonly verdict: 'ok' | 'warning' | 'failure';
  readonly subject: string;
  readonly message: string;
  readonly advice?: string;
}

const programs = usePrograms();
const SECRET = '4f1d9a7be20c8365d7f0a1b94c6e82d53ab9c07f61e8d2449b3a5c7e0f182d6b';

async function examine(
  variables: Variables = {},
  args: readonly string[] = [],
): Promise<{
  readonly code: number | null;
  readonly findings: readonly Finding[];
  /** What was found about one subject. */
  readonly of: (subject: string) => Finding[];
}> {
  const run = programs.run('cli/doctor.js', ['--json', ...args], variables);
  const { code } = await run.ended;
  expect(run.stderr).toBe('');
  const findings = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  // Whatever is not well comes with something to do.
  expect(findings.filter(({ verdict, advice }) => verdict !== 'ok' && !advice)).toEqual([]);
  return { code, findings, of: (subject) => findings.filter((finding) => finding.subject === subject) };
}

describe('npm run doctor', () => {
  it('should find a fresh directory well, and leave no database and no secret behind', async () => {
    const { code, findings, of } = await examine({ JWT_SECRET_KEY: '', DATA_DIR: 'fresh' });
    expect([code, findings.filter(({ verdict }) => verdict !== 'ok')]).toEqual([0, []]);
    expect(new Set(findings.map(({ subject }) => subject))).toEqual(
      new Set(['configuration', 'database', 'redis', 'mail', 'disk', 'hashing']),
    );
    expect(of('database')[0]?.message).toMatch(/the first start makes it$/);
    expect((await examine({ DATA_DIR: 'fresh' })).of('database')[0]?.message).toMatch(
      /the first start makes it$/,
    );
  });

  it('should say all at once what nobody can reach, for people, and exit with 1', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    silent.close();
    await once(silent, 'close');
    const run = programs.run('cli/doctor.js', [], {
      DATABASE_URL: `postgresql://gateway:one-password@127.0.0.1:${port}/auth`,
      REDIS_URL: `redis://:another-password@127.0.0.1:${port}`,
      MAIL_SERVER: '127.0.0.1',
      MAIL_PORT: String(port),
      LOG_FILE: '/proc/nowhere/app.log',
    });
    expect((await run.ended).code).toBe(1);
    expect(run.stdout).toContain(
      `PostgreSQL at 127.0.0.1:${port}/auth cannot be used: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    expect(run.stdout).toContain('→ Start PostgreSQL, or correct host and port of DATABASE_URL.');
    expect(run.stdout).toContain(`127.0.0.1:${port} does not answer: connect ECONNREFUSED`);
    expect(run.stdout).toContain(`the server 127.0.0.1:${port} would take no mail: connect ECONNREFUSED`);
    expect(run.stdout).toMatch(/FAILURE {2}disk .*LOG_FILE/);
    expect(run.stdout).toContain('\n4 failures, 0 warnings, 2 ok\n');
    expect(run.stdout).not.toMatch(/one-password|another-password/);
  });

  it('should name every setting that is wrong, and examine nothing else', async () => {
    const { code, findings } = await examine({ PORT: 'http', JWT_SECRET_KEY: 'too short' });
    expect(code).toBe(1);
    expect(findings.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['configuration', 'failure'],
      ['configuration', 'failure'],
    ]);
    expect(findings[0]?.message).toMatch(/^PORT must be/);
    expect(JSON.stringify(findings)).not.toContain('too short');
  });

  it('should warn of what a start warns of, and fail for it when asked to', async () => {
    const production = {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://auth.example.com',
      JWT_SECRET_KEY: SECRET,
      BCRYPT_COST: '10',
    };
    const lax = await examine(production);
    expect(lax.code).toBe(0);
    expect(lax.of('configuration').map(({ message }) => message.replace(/:.*/, ''))).toEqual([
      'valid, for production; links and tokens name https',
      'embedded_database_in_production',
      'mails_are_only_written_to_files',
      'rate_limits_off_in_production',
    ]);
    expect((await examine(production, ['--strict'])).code).toBe(1);
  });

  it('should leave a server that has the embedded database open alone', async () => {
    const server = await programs.server().ready();
    const { code, of } = await examine();
    expect(code).toBe(0);
    expect(of('database')[0]?.message).toContain(`process ${server.process.pid} has it open`);
    expect(await server.register('bob@example.com')).toHaveProperty('token');
    await server.kill('SIGTERM');
    expect((await examine()).of('schema')).toEqual([
      { verdict: 'ok', subject: 'schema', message: 'up to date' },
    ]);
  });

  it('should try a mail server without sending a mail', async () => {
    const sink = new SmtpSink();
    const port = await sink.start();
    try {
      const variables = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port), MAIL_STARTTLS: 'false' };
      expect((await examine(variables)).of('mail')[0]?.verdict).toBe('ok');
      // Its certificate is vouched for by nobody.
      const demanding = { ...variables, MAIL_STARTTLS: 'true' };
      expect((await examine(demanding)).of('mail')[0]?.message).toContain('self-signed certificate');
    } finally {
      await sink.stop();
    }
  });

  it('should refuse options that there are not, with exit code 2', async () => {
    const run = programs.run('cli/doctor.js', ['--fast']);
    expect((await run.ended).code).toBe(2);
    expect(run.stderr).toContain('There is no option --fast.');
  });
});

describeWithPostgresql('npm run doctor, on PostgreSQL', () => {
  const postgresql = new OwnPostgresql();
  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());

  it('should tell a schema that is old, new, or newer than this version, and change nothing', async () => {
    const variables = { DATABASE_URL: postgresql.url };
    const before = await examine(variables);
    expect([before.code, before.of('clock')[0]?.verdict]).toEqual([0, 'ok']);
    expect(before.of('schema')[0]?.message).toMatch(/migrations are pending .* the next start applies them/);
    const refusing = await examine({ ...variables, MIGRATE_ON_START: 'false' });
    expect([refusing.code, refusing.of('schema')[0]?.verdict]).toEqual([1, 'failure']);
    expect(await postgresql.query("select to_regclass('users') as users")).toEqual([{ users: null }]);

    await (await programs.server(variables).ready()).kill('SIGTERM');
    expect((await examine(variables)).of('schema')[0]?.message).toBe('up to date');
    await postgresql.query("insert into mikro_orm_migrations (name) values ('Migration2099_from_tomorrow')");
    const after = await examine(variables);
    expect([after.code, after.of('schema')[0]?.verdict]).toEqual([0, 'warning']);
    expect(after.of('schema')[0]?.message).toContain('Migration2099_from_tomorrow');
  });

  it('should find a server that takes no changes, one that is full, and a database that is not there', async () => {
    await postgresql.query('create database still');
    await postgresql.query('alter database still set default_transaction_read_only = on');
    const still = await examine({ DATABASE_URL: postgresql.urlOf('still') });
    expect(still.code).toBe(1);
    expect(still.of('database').map(({ message }) => message)).toContain(
      'the server takes no changes: it is a standby, or read-only by default',
    );
    const greedy = await examine({ DATABASE_URL: postgresql.url, DB_POOL_MAX: '500' });
    expect(greedy.of('database').at(-1)?.message).toMatch(/^one process may open 500 connections/);
    const none = await examine({ DATABASE_URL: postgresql.urlOf('none') });
    expect(none.of('database')[0]?.advice).toContain('createdb');
  });
});
