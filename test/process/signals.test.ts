/** @jest-environment node */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { usePrograms } from '../support/server-process';
import { asProxyWithOthers, GONE_ELSEWHERE, SteadyLoad } from '../support/steady-load';

const programs = usePrograms();

it('should fail none of 200 requests a second on SIGHUP, which has nothing to reload, and on SIGTERM', async () => {
  const server = await programs.server().ready();
  const load = new SteadyLoad(asProxyWithOthers(`${server.url}/health/live`), 200);
  await load.more(100);
  server.process.kill('SIGHUP');
  await server.logged('nothing_to_reload');
  await load.more(100);
  expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  const { outcomes } = await load.stop();
  expect(Object.keys(outcomes)).toEqual(['200', GONE_ELSEWHERE]);
});

it('should say 503 to load balancers for SHUTDOWN_DELAY_SECONDS, and still serve everybody else', async () => {
  const server = await programs.server({ SHUTDOWN_DELAY_SECONDS: '2' }).ready();
  server.process.kill('SIGTERM');
  await server.logged('server_stopping');
  const ready = await fetch(`${server.url}/health/ready`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  expect(await server.register('late@example.com')).toHaveProperty('token');
  expect((await server.ended).code).toBe(0);
});

it('should outlive a SIGHUP that comes while it starts, and do what it asks for afterwards', async () => {
  const server = programs.server({ DATA_DIR: 'made-anew' });
  while (!existsSync(join(programs.directory, 'made-anew'))) await delay(5);
  server.process.kill('SIGHUP');
  await server.logged('nothing_to_reload');
  await server.ready();
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});
