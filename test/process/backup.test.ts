/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Load } from '../support/load';
import { describeWithPostgresql, OwnPostgresql, postgresqlBin } from '../support/own-postgresql';
import { usePrograms, type ServerRun } from '../support/server-process';

const ADD = 'mutation { addCredits(input: { amount: "12.50" }) { newBalance } }';

/** Steps of docs/operations.md, Backup. */
describe('a backup', () => {
  const programs = usePrograms();

  async function missing(server: ServerRun, people: readonly string[]): Promise<string[]> {
    const lost: string[] = [];
    for (const email of people) await server.login(email).catch((error: unknown) => lost.push(String(error)));
    return lost;
  }

  async function expectLedgerToAddUp(variables: Record<string, string>): Promise<void> {
    const verification = programs.run('cli/verify-credits.js', [], variables);
    expect((await verification.ended).code).toBe(0);
    expect(verification.stdout).toMatch(/^1 accounts with 1 entries, 0 differences/);
  }

  it('of the embedded database should be a copy of DATA_DIR while no server runs', async () => {
    const server = await programs.server().ready();
    const registered = await server.register('bob@example.com');
    await server.graphql(ADD, {}, 'token' in registered ? registered.token : '');
    await server.kill('SIGTERM');
    const [data = '', copy = '', archive = ''] = ['data', 'copy', 'backup.tar'].map((name) =>
      path.join(programs.directory, name),
    );
    // Who has it open is told by sockets, which are nobody's to copy.
    execFileSync('tar', ['-C', data, '--exclude=./lock', '--exclude=./admin', '-cf', archive, '.']);
    rmSync(data, { recursive: true });
    mkdirSync(copy, { mode: 0o700 });
    execFileSync('tar', ['-C', copy, '-xpf', archive]);
    await expectLedgerToAddUp({ DATA_DIR: copy });
    const restored = await programs.server({ DATA_DIR: copy }).ready();
    expect(await missing(restored, ['bob@example.com'])).toEqual([]);
  });

  describeWithPostgresql('of PostgreSQL', () => {
    const postgresql = new OwnPostgresql();
    beforeAll(() => postgresql.create(), 30_000);
    afterAll(() => postgresql.destroy());

    it('should be taken by pg_dump under load, and hold everybody acknowledged before', async () => {
      const server = await programs.server({ DATABASE_URL: postgresql.url }).ready();
      const registered = await server.register('bob@example.com');
      await server.graphql(ADD, {}, 'token' in registered ? registered.token : '');
      const load = new Load(server, 2);
      await load.until(() => load.acknowledged.length > 20, 20_000);
      const before = load.acknowledged;
      const file = path.join(programs.directory, 'gateway.dump');
      const tool = (name: string): string => path.join(postgresqlBin ?? '', name);
      execFileSync(tool('pg_dump'), ['--format=custom', `--file=${file}`, postgresql.url]);
      await load.until(() => load.acknowledged.length > before.length + 5, 20_000);
      await load.stop();
      expect(Object.keys(load.outcomes())).toEqual(['ok']);
      await server.kill('SIGTERM');

      await postgresql.query('create database restored');
      const url = postgresql.urlOf('restored');
      execFileSync(tool('pg_restore'), ['--exit-on-error', '--no-owner', `--dbname=${url}`, file]);
      await expectLedgerToAddUp({ DATABASE_URL: url });
      const restored = await programs.server({ DATABASE_URL: url, MIGRATE_ON_START: 'false' }).ready();
      expect(await missing(restored, ['bob@example.com', ...before])).toEqual([]);
      expect(await restored.register('after@example.com')).toHaveProperty('token');
    });
  });
});
