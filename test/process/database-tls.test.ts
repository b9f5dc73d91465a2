/** @jest-environment node */
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms } from '../support/server-process';

describeWithPostgresql('sslmode in DATABASE_URL', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  let url: string;
  let authority: string;

  beforeAll(async () => {
    await postgresql.create();
    await postgresql.stop('fast');
    authority = postgresql.useTls();
    await postgresql.start();
    url = postgresql.url.replace('127.0.0.1', 'localhost');
  });
  afterAll(() => postgresql.destroy());

  /** Whether the connections of the service's own use TLS. */
  async function usesTls(): Promise<boolean[]> {
    const rows = await postgresql.query<{ ssl: boolean }>(
      "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'graphql-auth-gateway'",
    );
    return rows.map(({ ssl }) => ssl);
  }

  it.each([
    ['sslmode=verify-full', true],
    ['sslmode=require', true],
    ['ssl=require', true],
    ['sslmode=disable', false],
  ])('should hold for every connection, without a warning: %s', async (parameter, isTls) => {
    const server = await programs
      .server({ DATABASE_URL: `${url}?${parameter}&sslrootcert=${encodeURIComponent(authority)}` })
      .ready();
    expect(await server.register(`${parameter.replace('=', '.')}@example.com`)).toHaveProperty('token');
    expect(await usesTls()).toEqual([isTls]);
    expect(server.stderr).toBe('');
  });

  it('should take any certificate with no-verify, and say nothing', async () => {
    const server = await programs.server({ DATABASE_URL: `${url}?sslmode=no-verify` }).ready();
    expect(await usesTls()).toEqual([true]);
    expect(server.stderr).toBe('');
  });

  it.each(['verify-full', 'require'])(
    'should refuse a certificate that nobody vouches for: %s',
    async (mode) => {
      const server = programs.server({ DATABASE_URL: `${url}?sslmode=${mode}` });
      expect((await server.ended).code).toBe(1);
      expect(server.stdout).toContain('self-signed certificate');
    },
  );

  it('should name an authority that cannot be read', async () => {
    const server = programs.server({ DATABASE_URL: `${url}?sslmode=require&sslrootcert=/no/such.pem` });
    expect((await server.ended).code).toBe(1);
    expect(server.stderr).toContain(
      'DATABASE_URL names a file in sslrootcert that cannot be read: /no/such.pem (ENOENT',
    );
  });
});
