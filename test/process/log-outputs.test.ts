/** @jest-environment node */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { LogstashServer } from '../support/logstash';
import { usePrograms } from '../support/server-process';

const programs = usePrograms();
const FULL = '/dev/full';
const onLinux = existsSync(FULL) ? it : it.skip;

it('should write the same lines to standard output, LOG_FILE and Logstash, to the last one', async () => {
  const logstash = new LogstashServer();
  await logstash.start();
  const server = await programs
    .server({
      LOG_FILE: 'logs/app.log',
      ENABLE_LOGSTASH: 'true',
      SYSLOG_HOST: '127.0.0.1',
      SYSLOG_PORT: String(logstash.port),
    })
    .ready();
  await server.register('ann@example.com');
  expect((await server.kill('SIGTERM')).code).toBe(0);
  await logstash.received('server_stopped');
  const file = readFileSync(path.join(programs.directory, 'logs', 'app.log'), 'utf8');
  expect(file).toBe(server.stdout);
  expect(logstash.lines.map(({ event }) => event)).toEqual(server.logLines.map(({ event }) => event));
  expect(file).toContain('account_registered');
  await logstash.stop();
});

onLinux('should serve and stop as ever with a full disk and a Logstash that takes nothing', async () => {
  const hanging = createServer((socket) => socket.pause().on('error', () => undefined));
  hanging.listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  const server = await programs
    .server({ LOG_FILE: FULL, ENABLE_LOGSTASH: 'true', SYSLOG_HOST: '127.0.0.1', SYSLOG_PORT: String(port) })
    .ready();
  expect(await server.register('ann@example.com')).toHaveProperty('token');
  expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  hanging.close();
});
