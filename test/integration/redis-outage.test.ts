import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TestApp, useApp } from '../support/test-app';

interface Report {
  readonly status: string;
  readonly checks: { readonly redis?: { readonly status: string } };
}

function warningOf(app: TestApp): Record<string, unknown> | undefined {
  const line = app.logLines.find((text) => text.includes('"redis_not_answering"'));
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
}

describe('a Redis that refuses connections', () => {
  const app = useApp({ REDIS_URL: 'redis://somebody:hunter2-hunter2@127.0.0.1:1/0' });

  it('should be told at start with host and reason, and without its password', () => {
    expect(warningOf(app)).toMatchObject({
      level: 'WARNING',
      host: '127.0.0.1:1',
      reason: 'connect ECONNREFUSED 127.0.0.1:1',
    });
    expect(app.logLines.join('')).not.toContain('hunter2');
  });

  it('should leave the service degraded, and ready', async () => {
    const { status, json } = await app.request('/health');
    expect([status, (json as Report).status, (json as Report).checks.redis]).toEqual([
      200,
      'degraded',
      { status: 'down' },
    ]);
    expect((await app.request('/health')).text).not.toContain('127.0.0.1');
    expect((await app.request('/health/ready')).status).toBe(200);
  });
});

describe('a Redis that takes connections and says nothing', () => {
  let silent: Server;
  const app = new TestApp();
  beforeAll(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await app.start({ REDIS_URL: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  });
  afterAll(async () => {
    await app.stop();
    silent.close();
  });

  it('should not hold the start, nor the report', async () => {
    expect(warningOf(app)).toMatchObject({ level: 'WARNING' });
    const { status, json } = await app.request('/health');
    expect([status, (json as Report).status]).toEqual([200, 'degraded']);
  });
});

describe('no Redis', () => {
  const app = useApp();

  it('should not be missed', async () => {
    const { json } = await app.request('/health');
    expect((json as Report).status).toBe('healthy');
    expect((json as Report).checks).not.toHaveProperty('redis');
  });
});

const url = process.env['TEST_REDIS_URL'];
(url === undefined ? describe.skip : describe)('a Redis that answers', () => {
  const app = useApp({ REDIS_URL: url ?? '' });

  it('should be up', async () => {
    const { json } = await app.request('/health');
    expect((json as Report).status).toBe('healthy');
    expect((json as Report).checks.redis).toEqual({ status: 'up' });
    expect(warningOf(app)).toBeUndefined();
  });
});
