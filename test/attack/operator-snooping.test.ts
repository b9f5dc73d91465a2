import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { requestRaw, type RawAnswer } from '../support/http';
import { mailsTo } from '../support/mailbox';
import { givenUser } from '../support/people';
import { useApp, type TestApp } from '../support/test-app';

/**
 * Metrics tell strangers what they must not know (open sockets to the mail server: somebody has this address), and the
 * developers' mailbox holds links that open accounts. Both are for whoever runs the service.
 */
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  JWT_SECRET_KEY: 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa',
  BCRYPT_COST: '10',
};
const TOKEN = 'Prometheus-4711';

const FORWARDED: Record<string, string>[] = [
  { forwarded: 'for=203.0.113.7' },
  { via: '1.1 proxy' },
  { 'x-forwarded-for': '203.0.113.7' },
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-forwarded-for': '' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-host': 'localhost' },
  { 'x-real-ip': '203.0.113.7' },
  { 'x-client-ip': '203.0.113.7' },
  { 'x-cluster-client-ip': '203.0.113.7' },
  { 'true-client-ip': '203.0.113.7' },
  { 'cf-connecting-ip': '203.0.113.7' },
  { 'x-original-forwarded-for': '203.0.113.7' },
  { 'x-envoy-external-address': '203.0.113.7' },
];

/** What a stranger, or a proxy on this machine for a stranger, can send; each must find nothing at `path`. */
function describeStrangers(app: TestApp, path: string): void {
  const strangers: [string, InjectOptions][] = [
    ['another address', { remoteAddress: '203.0.113.7' }],
    ['a private address', { remoteAddress: '10.0.0.7' }],
    ['an IPv6 address', { remoteAddress: '2001:db8::7' }],
    ['another machine, as IPv6', { remoteAddress: '::ffff:203.0.113.7' }],
    ['a public Host', { headers: { host: 'auth.example.com' } }],
    ['a Host that was rebound to loopback', { headers: { host: 'localhost.example.com' } }],
    ['a Host that begins as loopback', { headers: { host: '127.0.0.1.example.com' } }],
    ...FORWARDED.map((headers): [string, InjectOptions] => [JSON.stringify(headers), { headers }]),
  ];

  it.each(strangers)('should not be there for %s', async (_name, options) => {
    const { headers, ...rest } = options;
    const answer = await inject(app, path, { ...rest, headers: { host: 'localhost', ...headers } });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ status: 'error', code: 'NOT_FOUND' });
  });

  it('should not be there for an empty Host', async () => {
    const answer = await requestRaw(app, { method: 'GET', target: path, headers: { host: '' } });
    expect(answer.status).toBe(404);
  });

  it('should not be there for a proxy that passes nothing on, and speaks HTTP/1.0 as nginx does', async () => {
    const answer = await requestRaw(app, { method: 'GET', target: path, version: '1.0' });
    expect(answer.status).toBe(404);
  });

  it('should not be there for an absolute target, whose host may be another than the header', async () => {
    for (const host of ['auth.example.com', 'localhost']) {
      const target = `http://${host}${path}`;
      expect((await requestRaw(app, { method: 'GET', target })).status).toBe(404);
    }
  });

  it.each(['localhost', 'LOCALHOST:4000', '127.0.0.1:80', '127.8.9.10', '[::1]:4000'])(
    'should be there for a direct request to %s from this machine',
    async (host) => {
      for (const remoteAddress of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) {
        const answer = await inject(app, path, { remoteAddress, headers: { host } });
        expect(answer.statusCode).toBe(200);
      }
    },
  );
}

function inject(app: TestApp, path: string, options: InjectOptions): Promise<LightMyRequestResponse> {
  return app.app.server.inject({ method: 'GET', url: path, ...options });
}

function read(app: TestApp, authorization?: string): Promise<RawAnswer> {
  const headers = authorization === undefined ? {} : { authorization };
  return requestRaw(app, { method: 'GET', target: '/metrics', headers });
}

/** The token, and everything near it. */
async function expectTokenOnly(app: TestApp): Promise<void> {
  const good = await read(app, `Bearer ${TOKEN}`);
  expect([good.status, good.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  const missing = await read(app);
  expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(JSON.parse(missing.text)).toMatchObject({ status: 'error', code: 'UNAUTHENTICATED' });
  for (const wrong of ['', 'x', TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN.toLowerCase()]) {
    const answer = await read(app, `Bearer ${wrong}`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'error', code: 'INVALID_TOKEN' });
  }
  expect((await read(app, TOKEN)).status).toBe(401);
  expect((await read(app, `Basic ${TOKEN}`)).status).toBe(401);
}

describe('/metrics in production', () => {
  const app = useApp(PRODUCTION);
  describeStrangers(app, '/metrics');

  it('should not be there for HEAD either, and however the path is spelled', async () => {
    const options = { remoteAddress: '203.0.113.7' };
    expect((await inject(app, '/metrics', { ...options, method: 'HEAD' })).statusCode).toBe(404);
    expect((await inject(app, '/m%65trics?x', options)).statusCode).toBe(404);
  });
});

describe('/metrics in production behind a trusted proxy', () => {
  const app = useApp({ ...PRODUCTION, TRUST_PROXY: 'loopback' });
  describeStrangers(app, '/metrics');
});

describe('/metrics with METRICS_TOKEN', () => {
  const app = useApp({ METRICS_TOKEN: TOKEN });

  it('should be for who has the token, also outside production', () => expectTokenOnly(app));

  it('should never tell or log the token', async () => {
    app.logLines.length = 0;
    const answers = await Promise.all([read(app, `Bearer ${TOKEN}`), read(app, `Bearer ${TOKEN}x`)]);
    expect(app.logLines.join('') + answers.map(({ text }) => text).join('')).not.toContain(TOKEN);
  });
});

describe('/metrics in production with METRICS_TOKEN', () => {
  const app = useApp({ ...PRODUCTION, METRICS_TOKEN: TOKEN });

  it('should be for who has the token, and from anywhere', async () => {
    await expectTokenOnly(app);
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' };
    const answer = await inject(app, '/metrics', { remoteAddress: '203.0.113.7', headers });
    expect(answer.statusCode).toBe(200);
  });

  it('should ask for the token on this machine too', async () => {
    expect((await inject(app, '/metrics', { headers: { host: 'localhost' } })).statusCode).toBe(401);
  });
});

describe('/metrics in production with METRICS_PORT', () => {
  const app = useApp({ ...PRODUCTION, METRICS_PORT: '0' });

  it('should be on that port and nowhere else', async () => {
    expect((await read(app)).status).toBe(404);
    const document = (await app.request('/openapi.json')).json as { paths: object };
    expect(Object.keys(document.paths)).not.toContain('/metrics');
    const answer = await fetch(`${app.metricsUrl}/metrics`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('process_cpu_seconds_total');
  });

  it('should serve nothing else on that port', async () => {
    for (const path of ['/', '/health', '/graphql', '/openapi.json', '/api/profile', '/dev/mailbox']) {
      const answer = await fetch(`${app.metricsUrl}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.json()).toMatchObject({ status: 'error', code: 'NOT_FOUND' });
    }
  });
});

describe('METRICS_PORT with METRICS_TOKEN', () => {
  const app = useApp({ METRICS_PORT: '0', METRICS_TOKEN: TOKEN });

  it('should ask for the token on that port, and answer 404 on the other', async () => {
    expect((await read(app, `Bearer ${TOKEN}`)).status).toBe(404);
    expect((await fetch(`${app.metricsUrl}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${app.metricsUrl}/metrics`, { headers })).status).toBe(200);
  });

  it('should be closed with the app', async () => {
    const url = `${app.metricsUrl}/metrics`;
    await app.app.close();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('/metrics outside production, with neither', () => {
  const app = useApp();

  it('should be open', async () => {
    const answer = await inject(app, '/metrics', { remoteAddress: '203.0.113.7' });
    expect(answer.statusCode).toBe(200);
  });
});

describe('/dev/mailbox outside production', () => {
  const app = useApp();
  describeStrangers(app, '/dev/mailbox');

  it('should show a mail to nobody else', async () => {
    const { email } = await givenUser(app);
    await mailsTo(app, email);
    const list = await inject(app, '/dev/mailbox', { headers: { host: 'localhost' } });
    const name = /href="[^"]*mailbox\/([^"/]+)"/.exec(list.payload)?.[1] ?? '';
    for (const path of [`/dev/mailbox/${name}`, `/dev/mailbox/${name}/html`]) {
      const headers = { host: 'localhost' };
      expect((await inject(app, path, { headers })).statusCode).toBe(200);
      expect((await inject(app, path, { headers, remoteAddress: '203.0.113.7' })).statusCode).toBe(404);
    }
  });
});
