/** @jest-environment node */
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { usePrograms } from '../support/server-process';

const programs = usePrograms();

describe('start', () => {
  it('should serve from the environment alone, in any working directory', async () => {
    const server = await programs.server().ready();
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(server.stderr).toBe('');
  });

  it('should print every problem of the configuration and exit with 1', async () => {
    const server = programs.server({ PORT: 'http', JWT_SECRET_KEY: 'short', DB_HOST: 'localhost' });
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.stdout).toBe('');
    for (const variable of ['PORT', 'JWT_SECRET_KEY', 'DB_USER', 'DB_NAME']) {
      expect(server.stderr).toContain(`- ${variable} `);
    }
    expect(server.stderr).not.toContain('short ');
  });

  it('should print which REST families there are when one is asked for that is not, before it opens anything', async () => {
    const server = programs.server({ REST_FAMILIES: 'session,credits' });
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.stdout).toBe('');
    expect(server.stderr).toContain(
      '- REST_FAMILIES must be all, none or a comma separated list of auth-serve, session, credit, balance-hub',
    );
  });

  it('should serve the metrics on a port of their own, and exit with 1 when that is taken', async () => {
    const first = await programs.server({ METRICS_PORT: '0' }).ready();
    const metricsUrl = String((await first.logged('server_started'))['metrics']);
    expect((await fetch(`${metricsUrl}/metrics`)).status).toBe(200);
    const second = programs.server({ METRICS_PORT: new URL(metricsUrl).port, DATA_DIR: 'other' });
    expect((await second.ended).code).toBe(1);
    expect(second.stderr).toContain('is taken');
  });

  it('should need no setting at all', async () => {
    const server = await programs
      .server({
        ...{ NODE_ENV: '', HOST: '', JWT_SECRET_KEY: '', BCRYPT_COST: '', RATE_LIMIT_ENABLED: '' },
        DATA_DIR: 'first-run',
      })
      .ready();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await fetch(`${server.url}/dev/mailbox`)).status).toBe(200);
    expect(server.stdout).not.toContain('environment_not_named');
  });

  it('should demand a secret where others are let in without a word about the environment', async () => {
    const server = programs.server({ NODE_ENV: '', HOST: '0.0.0.0', JWT_SECRET_KEY: '' });
    expect((await server.ended).code).toBe(1);
    expect(server.stderr).toContain(
      'JWT_SECRET_KEY must be set: HOST lets others in and NODE_ENV is not set',
    );
  });

  it('should demand secrets in production', async () => {
    const server = programs.server({ NODE_ENV: 'production', JWT_SECRET_KEY: '' });
    expect((await server.ended).code).toBe(1);
    expect(server.stderr).toContain('JWT_SECRET_KEY');
  });

  it('should refuse an embedded database that another server has open, and leave that one alone', async () => {
    const first = await programs.server().ready();
    const second = programs.server();
    expect((await second.ended).code).toBe(1);
    const { error } = await second.logged('start_failed');
    expect(JSON.stringify(error)).toContain(`in use by process ${first.process.pid}`);
    expect(await first.register('bob@example.com')).toHaveProperty('token');
  });

  it('should exit with 1 when its port is taken, and leave the database free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const server = programs.server({ PORT: port });
    expect((await server.ended).code).toBe(1);
    expect(server.stderr).toContain('is taken');
    taken.close();
    await programs.server().ready();
  });
});

describe('stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'should finish the running request on %s and exit with 0',
    async (signal) => {
      const server = await programs.server({ BCRYPT_COST: '12' }).ready();
      const answer = server.register('slow@example.com');
      await server.logged('request_start');
      const stoppedAt = performance.now();
      const exit = await server.kill(signal);
      expect(exit).toEqual({ code: 0, signal: null });
      expect(await answer).toHaveProperty('token');
      expect(performance.now() - stoppedAt).toBeLessThan(10_000);
      expect(server.logLines.at(-1)?.event).toBe('server_stopped');

      const again = await programs.server().ready();
      expect(await again.login('slow@example.com')).toBeTruthy();
    },
  );

  it('should take no new connections while it finishes', async () => {
    const server = await programs.server({ BCRYPT_COST: '12' }).ready();
    const answer = server.register('slow@example.com');
    await server.logged('request_start');
    server.process.kill('SIGTERM');
    await server.logged('server_stopping');
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    expect(await answer).toHaveProperty('token');
    expect((await server.ended).code).toBe(0);
  });

  it('should not wait for idle connections', async () => {
    const server = await programs.server().ready();
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    const stoppedAt = performance.now();
    expect((await server.kill('SIGTERM')).code).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(3_000);
  });

  it('should exit with 1 when a request outlasts the time to stop', async () => {
    const server = await programs
      .server({ BCRYPT_COST: '15', SHUTDOWN_TIMEOUT_SECONDS: '1', NODE_ENV: 'test' })
      .ready();
    const answer = server.register('slow@example.com').catch(() => 'cut off');
    await server.logged('request_start');
    expect((await server.kill('SIGTERM')).code).toBe(1);
    expect(server.logLines.at(-1)?.event).toBe('shutdown_timed_out');
    expect(await answer).toBe('cut off');
  });

  it('should take two signals at once for one, as npm passes on a Ctrl-C, and a later one as an order to stop now', async () => {
    const server = await programs.server({ BCRYPT_COST: '15' }).ready();
    const answer = server.register('slow@example.com').catch(() => 'cut off');
    await server.logged('request_start');
    server.process.kill('SIGINT');
    server.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(server.process.exitCode).toBeNull();
    expect(await server.kill('SIGINT')).toEqual({ code: 1, signal: null });
    expect(await answer).toBe('cut off');
  });
});
