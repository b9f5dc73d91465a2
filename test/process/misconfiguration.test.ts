/** @jest-environment node */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { usePrograms, type Run } from '../support/server-process';

const programs = usePrograms();
const MAX_WAIT_MS = 2_000;
/** What a process takes to start at all on a busy machine; the wait itself is counted from its first sign of life. */
const PATIENCE_MS = 20_000;

async function refusal(variables: Record<string, string>): Promise<Run> {
  const server = programs.server(variables);
  const patience = setTimeout(() => server.process.kill('SIGKILL'), PATIENCE_MS);
  expect(await server.ended).toEqual({ code: 1, signal: null });
  clearTimeout(patience);
  return server;
}

describe('a directory that cannot hold the data', () => {
  it.each([
    ['the file system of the processes, where Node tries for ever', '/proc/nope', 'ENOENT'],
    ['a path through a file', 'a-file/data', 'ENOTDIR'],
    ['a file', 'a-file', 'ENOTDIR'],
  ])('should be named with the reason: %s', async (_what, dataDir, reason) => {
    writeFileSync(join(programs.directory, 'a-file'), '');
    const { stderr, stdout } = await refusal({ DATA_DIR: dataDir });
    expect(stdout).toBe('');
    const place = dataDir.startsWith('/') ? dataDir : join(programs.directory, dataDir);
    expect(stderr).toContain(`DATA_DIR must be a writable directory with hard links, and ${place} is not (`);
    expect(stderr).toContain(reason);
  });

  it('should be named where the signing key is made, too', async () => {
    const { stderr } = await refusal({ DATA_DIR: '/proc/nope', JWT_SECRET_KEY: '' });
    expect(stderr).toContain('/proc/nope is not (ENOENT');
  });

  it('should be named where only mails are kept in it', async () => {
    const { stderr } = await refusal({
      DATA_DIR: '/proc/nope',
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    });
    expect(stderr).toContain('/proc/nope is not (ENOENT');
  });
});

describe('a log file that cannot be written', () => {
  it.each(['/proc/nope/app.log', '/proc/self/app.log'])(
    'should be told with path and reason, and keep nobody from signing in: %s',
    async (file) => {
      const startedAt = performance.now();
      const server = programs.server({ LOG_FILE: file });
      const line = await server.logged('log_file_not_writable');
      expect(line['file']).toBe(file);
      expect(line['reason']).toMatch(/^E[A-Z]+: /);
      expect(performance.now() - startedAt).toBeLessThan(MAX_WAIT_MS + PATIENCE_MS);
      await server.ready();
    },
  );
});

describe('an address that cannot be listened on', () => {
  it.each(['PORT', 'METRICS_PORT'])(
    'should be told in one line before the database is opened: %s',
    async (variable) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { stderr, stdout } = await refusal({
        [variable]: String(port),
        // Were it asked, the start would wait for it.
        DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      });
      taken.close();
      expect(stderr).toBe(
        `${variable} ${port} on 127.0.0.1 is taken: another program listens there. Stop it, or choose another port, for example ${variable}=${port + 1} (EADDRINUSE)\n`,
      );
      expect(stdout).toBe('');
    },
  );

  it('should be told for a host that is none of this machine', async () => {
    const { stderr } = await refusal({ HOST: '192.0.2.1' });
    expect(stderr).toBe(
      'HOST 192.0.2.1 is no address of this machine: for example HOST=127.0.0.1 (EADDRNOTAVAIL)\n',
    );
  });
});

describe('the address in server_started', () => {
  it.each([
    ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['0.0.0.0', /^http:\/\/0\.0\.0\.0:\d+$/],
  ])('should be the one listened on with HOST=%s', async (HOST, pattern) => {
    const server = await programs.server({ HOST }).ready();
    expect(server.url).toMatch(pattern);
    expect((await fetch(`${server.url.replace('0.0.0.0', '127.0.0.1')}/health/live`)).status).toBe(200);
  });
});

describe('MAIL_TEMPLATES_DIR', () => {
  it('should stop the start when it does not exist', async () => {
    const { stderr } = await refusal({ MAIL_TEMPLATES_DIR: 'no-such' });
    expect(stderr).toContain(
      `MAIL_TEMPLATES_DIR must be a readable directory, and ${join(programs.directory, 'no-such')} is not (ENOENT`,
    );
  });

  it('should stop the start when a file of it replaces nothing', async () => {
    const directory = join(programs.directory, 'mail');
    mkdirSync(join(directory, 'texts'), { recursive: true });
    for (const file of [
      'password-reset.html.liquid',
      'texts/fr.json',
      '_logo.liquid',
      '.gitkeep',
      'README.md',
    ])
      writeFileSync(join(directory, file), '');
    const { stderr } = await refusal({ MAIL_TEMPLATES_DIR: directory });
    expect(stderr).toContain(
      'MAIL_TEMPLATES_DIR holds files that replace nothing (password-reset.html.liquid, texts/fr.json): ',
    );
  });

  it('should be taken with files of the right names', async () => {
    const directory = join(programs.directory, 'mail');
    mkdirSync(join(directory, 'texts'), { recursive: true });
    writeFileSync(join(directory, 'texts', 'en.json'), '{}');
    writeFileSync(join(directory, '_logo.liquid'), 'x');
    chmodSync(directory, 0o755);
    await programs.server({ MAIL_TEMPLATES_DIR: directory }).ready();
  });
});

describe('a variable that nothing reads', () => {
  it('should be warned of with what was meant, and without its value', async () => {
    const server = await programs
      .server({
        JWT_SECRET: 'hunter2-hunter2',
        RATE_LIMIT_GRAPHQL_LOGN: '5/minute',
        MAIL_COLOUR: 'red',
        SOMETHING: 'x',
      })
      .ready();
    const warnings = server.logLines.filter(({ event }) => event === 'unknown_setting');
    expect(warnings.map((line) => [line.level, line['variable'], line['did_you_mean']])).toEqual([
      ['WARNING', 'JWT_SECRET', 'JWT_SECRET_KEY'],
      ['WARNING', 'MAIL_COLOUR', undefined],
      ['WARNING', 'RATE_LIMIT_GRAPHQL_LOGN', 'RATE_LIMIT_GRAPHQL_LOGIN'],
    ]);
    expect(server.stdout).not.toMatch(/hunter2|5\/minute/);
  });
});
