/** @jest-environment node */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { requestRaw } from '../support/http';
import { freePort } from '../support/own-postgresql';
import { describeWithProgram } from '../support/programs';
import { Programs, type ServerRun } from '../support/server-process';

const deploy = path.join(__dirname, '../../deploy/proxies');
const REVOKED_WITHIN_MS = 150;

interface Ports {
  readonly gateway: number;
  readonly application: number;
  readonly proxy: number;
}

/** Writes the files of a proxy into a directory, and says how it is started. */
type Prepare = (directory: string, ports: Ports) => { args: string[]; env?: Record<string, string> };

/** A file of deploy/proxies, with the ports of the test in place of its own. */
function configuration(file: string, { gateway, application, proxy }: Ports): string {
  return readFileSync(path.join(deploy, file), 'utf8')
    .replaceAll('127.0.0.1:4000', `127.0.0.1:${gateway}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${application}`)
    .replace('listen 80;', `listen 127.0.0.1:${proxy};`)
    .replace('bind :80', `bind 127.0.0.1:${proxy}`)
    .replace(/^:80 \{/m, `http://127.0.0.1:${proxy} {`);
}

async function listensAt(port: number, proxy: ChildProcess): Promise<void> {
  for (;;) {
    if (proxy.exitCode !== null) throw new Error('the proxy did not start');
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(20);
  }
}

function guards(file: string, prepare: Prepare): void {
  const programs = new Programs();
  let directory = '';
  let gateway: ServerRun;
  let application: Server;
  let proxy: ChildProcess;
  let url = '';
  let userToken = '';
  let adminToken = '';

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'proxy-'));
    await programs.open();
    gateway = await programs.server({ JWT_ALGORITHM: 'ES256', RATE_LIMIT_ENABLED: 'true' }).ready();
    application = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path: request.url, headers: request.headersDistinct }));
    }).listen(0, '127.0.0.1');
    await once(application, 'listening');
    const ports = {
      gateway: Number(new URL(gateway.url).port),
      application: (application.address() as AddressInfo).port,
      proxy: await freePort(),
    };
    url = `http://127.0.0.1:${ports.proxy}`;
    const { args, env } = prepare(directory, ports);
    proxy = spawn(file, args, { cwd: directory, stdio: 'ignore', env: { ...process.env, ...env } });
    await listensAt(ports.proxy, proxy);
    await gateway.register('bob@example.com');
    await gateway.register('root@example.com');
    await programs.run('cli/user.js', ['promote', 'root@example.com']).ended;
    userToken = await gateway.login('bob@example.com');
    adminToken = await gateway.login('root@example.com');
  }, 120_000);
  afterAll(async () => {
    proxy.kill('SIGTERM');
    application.close();
    await programs.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function get(
    target: string,
    token?: string,
    headers: Record<string, string> = {},
    init: RequestInit = {},
  ): Promise<{ status: number; headers: Headers; seen: Record<string, string[]> }> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url + target, { ...init, headers: { ...authorization, ...headers } });
    const text = await response.text();
    const isOurs = response.headers.get('content-type') === 'application/json' && response.status === 200;
    const seen = isOurs ? (JSON.parse(text) as { headers: Record<string, string[]> }).headers : {};
    return { status: response.status, headers: response.headers, seen };
  }

  it('should let pass who is signed in, and tell the application who that is', async () => {
    const { status, seen } = await get('/a?x=1', userToken);
    expect(status).toBe(200);
    expect(seen).toMatchObject({
      'x-auth-user-id': ['1'],
      'x-auth-email': ['bob@example.com'],
      'x-auth-role': ['user'],
    });
    const post = await get(
      '/a',
      userToken,
      { 'content-type': 'application/json' },
      { method: 'POST', body: '{' },
    );
    expect(post.status).toBe(200);
  });

  it('should refuse who is not, and who may not', async () => {
    const stranger = await get('/a');
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ]);
    expect((await get('/a', 'nonsense')).status).toBe(401);
    expect((await get('/admin/', userToken)).status).toBe(403);
    expect((await get('/admin/', adminToken)).status).toBe(200);
    expect((await get('/%61dmin/', userToken)).status).toBe(403);
  });

  // Some applications read these as /admin, and others do not.
  // prettier-ignore
  it.each(['/admin;x', '/admin%3bx', '/x/..;/admin', '/.;/admin/', '/admin%5cx', '/%2561dmin', '//admin', '/ADMIN', '/x/%2e%2e/admin'])(
    'should not leave it to the application what %s is', async (path) => {
      const headers = { authorization: `Bearer ${userToken}` };
      const { status } = await requestRaw({ url }, { method: 'GET', target: path, headers });
      expect([400, 403]).toContain(status);
    },
  );

  it('should pass on no identity that the client made up', async () => {
    const forged = {
      'x-auth-user-id': '2',
      'x-auth-username': 'root',
      'X-AUTH-ROLE': 'admin',
      'x-auth-scopes': 'users:read',
      'x-auth-session-id': 'x',
      'x-auth-email': 'root@example.com',
    };
    expect((await get('/a', undefined, forged)).status).toBe(401);
    expect((await get('/admin/', userToken, forged)).status).toBe(403);
    const { seen } = await get('/a', userToken, forged);
    expect(seen['x-auth-user-id']).toEqual(['1']);
    expect(seen['x-auth-role']).toEqual(['user']);
    expect(seen['x-auth-email']).toEqual(['bob@example.com']);
    // Bob has neither: whatever arrives is empty.
    expect([seen['x-auth-username'] ?? [''], seen['x-auth-scopes'] ?? ['']]).toEqual([[''], ['']]);
  });

  it('should go by the request as it is, whatever it says of itself', async () => {
    const smuggled = {
      'x-original-uri': '/a',
      'x-original-url': '/a',
      'x-rewrite-url': '/a',
      'x-forwarded-uri': '/a?role=user',
      'x-original-method': 'OPTIONS',
    };
    expect((await get('/admin/?role=user', userToken, smuggled)).status).toBe(403);
    expect((await get('/a', undefined, smuggled)).status).toBe(401);
  });

  it('should keep no answer of the gateway for the next client', async () => {
    expect((await get('/same', userToken)).status).toBe(200);
    expect((await get('/same')).status).toBe(401);
    expect((await get('/same', adminToken)).seen['x-auth-user-id']).toEqual(['2']);
    expect((await get('/same', userToken)).seen['x-auth-user-id']).toEqual(['1']);
  });

  it('should refuse a revoked token within 150 ms', async () => {
    const longest: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const token = await gateway.login('bob@example.com');
      expect((await get('/a', token)).status).toBe(200);
      await gateway.graphql('mutation { logout }', {}, token);
      const revokedAt = performance.now();
      let passedAt = revokedAt;
      for (;;) {
        const askedAt = performance.now();
        if ((await get('/a', token)).status === 401) break;
        passedAt = askedAt;
      }
      longest.push(passedAt - revokedAt);
    }
    expect(Math.max(...longest)).toBeLessThan(REVOKED_WITHIN_MS);
  });

  it('should let nobody pass while the gateway is away', async () => {
    await gateway.kill('SIGKILL');
    expect((await get('/a', userToken)).status).toBeGreaterThanOrEqual(500);
  });
}

/** What surrounds the site in nginx's own configuration, with a cache that would keep whatever it may. */
const nginxMain = `
  pid nginx.pid; worker_processes 1; daemon off; error_log stderr error;
  events { worker_connections 256; }
  http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    proxy_cache_path cache keys_zone=all:1m; proxy_cache all; proxy_cache_valid any 1m;
    include site.conf;
  }`;

describeWithProgram('nginx', 'nginx in front of an application', (file) =>
  guards(file, (directory, ports) => {
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(path.join(directory, 'nginx.conf'), user + nginxMain);
    const site = configuration('nginx.conf', ports);
    // The application's own answers are not the gateway's: nginx would keep those if it was told so.
    writeFileSync(
      path.join(directory, 'site.conf'),
      site.replaceAll('proxy_pass http://application;', 'proxy_cache off; proxy_pass http://application;'),
    );
    return { args: ['-p', directory, '-c', path.join(directory, 'nginx.conf'), '-e', 'stderr'] };
  }),
);

describeWithProgram('haproxy', 'HAProxy in front of an application', (file) =>
  guards(file, (directory, ports) => {
    copyFileSync(path.join(deploy, 'forward-auth.lua'), path.join(directory, 'forward-auth.lua'));
    const text = configuration('haproxy.cfg', ports).replace('/etc/haproxy/', `${directory}/`);
    writeFileSync(path.join(directory, 'haproxy.cfg'), text);
    return { args: ['-f', 'haproxy.cfg', '-db', '-q'] };
  }),
);

describeWithProgram('caddy', 'Caddy in front of an application', (file) =>
  guards(file, (directory, ports) => {
    const text = `{\n\tadmin off\n\tauto_https off\n}\n${configuration('Caddyfile', ports)}`;
    writeFileSync(path.join(directory, 'Caddyfile'), text);
    const env = { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
    return { args: ['run', '--config', 'Caddyfile'], env };
  }),
);
