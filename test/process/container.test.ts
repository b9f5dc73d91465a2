/** @jest-environment node */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { whenInstalled } from '../support/programs';

const root = path.resolve(__dirname, '../..');
/** What the image copies (`test/contract/deployment.test.ts` compares the Dockerfile with what is there). */
const COPIED = ['dist', 'templates', 'package.json'];
const MEMORY_LIMIT_MIB = 256;

/** Resident memory of a process, in MiB, at its highest. */
function peakMemoryMiB(pid: number): number {
  const status = execFileSync('grep', ['VmHWM', `/proc/${pid}/status`], { encoding: 'utf8' });
  return Number(/\d+/.exec(status)?.[0]) / 1024;
}

function childOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim());
}

whenInstalled('bwrap')('the image, as a container would run it', () => {
  describeWithPostgresql('on PostgreSQL', () => {
    const postgresql = new OwnPostgresql();
    let app = '';
    beforeAll(async () => {
      await postgresql.create();
      app = mkdtempSync(path.join(tmpdir(), 'image-'));
      for (const name of COPIED) cpSync(path.join(root, name), path.join(app, name), { recursive: true });
      mkdirSync(path.join(app, 'node_modules'));
    }, 60_000);
    afterAll(async () => {
      rmSync(app, { recursive: true, force: true });
      await postgresql.destroy();
    });

    it(`should serve with nothing to write to, as nobody of rank, in ${MEMORY_LIMIT_MIB} MiB`, async () => {
      const isolation = [
        ...['--ro-bind', '/', '/', '--ro-bind', app, '/mnt', '--dev', '/dev', '--proc', '/proc'],
        ...['--ro-bind', path.join(root, 'node_modules'), '/mnt/node_modules', '--tmpfs', '/run'],
        ...['--unshare-user', '--uid', '1000', '--gid', '1000', '--unshare-ipc', '--die-with-parent'],
        ...['--cap-drop', 'ALL', '--chdir', '/mnt', '--clearenv'],
      ];
      const variables = {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_FILE: '',
        PUBLIC_URL: 'https://auth.example.com',
        JWT_SECRET_KEY: '4f1d9a7be20c8365d7f0a1b94c6e82d53ab9c07f61e8d2449b3a5c7e0f182d6b',
        DATABASE_URL: postgresql.url,
        MAIL_SERVER: 'localhost',
      };
      const environment = Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]);
      const server = spawn('bwrap', [...isolation, ...environment, process.execPath, 'dist/main.js']);
      let address = '';
      let log = '';
      server.stderr.on('data', (data: Buffer) => (log += data.toString()));
      for await (const line of createInterface({ input: server.stdout })) {
        log += `${line}\n`;
        const { event, address: found = '' } = JSON.parse(line) as { event: string; address?: string };
        if (event !== 'server_started') continue;
        address = found;
        break;
      }
      if (address === '') throw new Error(`it did not start:\n${log}`);
      server.stdout.resume();
      const register = (index: number): Promise<Response> =>
        fetch(`${address}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            query: `mutation { register(input: { email: "p${index}@example.com", password: "Correct-Horse-7" }) { user { id } } }`,
          }),
        });
      const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => register(index)));
      for (const answer of answers) expect(await answer.json()).not.toHaveProperty('errors');
      for (let count = 0; count < 300; count += 1) await (await fetch(`${address}/health`)).text();
      const peak = peakMemoryMiB(childOf(server.pid ?? 0));
      process.stdout.write(`read-only root: at most ${peak.toFixed(0)} MiB resident\n`);
      expect(peak).toBeLessThan(MEMORY_LIMIT_MIB);
      const ended = once(server, 'exit');
      process.kill(childOf(server.pid ?? 0), 'SIGTERM');
      expect(await ended).toEqual([0, null]);
    }, 60_000);
  });
});
