/** @jest-environment node */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { usePrograms, type ServerRun, type Variables } from '../support/server-process';
import { makeCertificate, type Certificate } from '../support/smtp-sink';
import { SlowNetwork } from '../support/slow-network';
import { http2Connection, SteadyLoad } from '../support/steady-load';

const programs = usePrograms();
const first = makeCertificate();
const second = makeCertificate();

function install({ cert, key }: Certificate): Variables {
  const files = {
    SSL_CERTFILE: join(programs.directory, 'cert.pem'),
    SSL_KEYFILE: join(programs.directory, 'key.pem'),
  };
  writeFileSync(files.SSL_CERTFILE, cert);
  writeFileSync(files.SSL_KEYFILE, key);
  return files;
}

function start(variables: Variables = {}): Promise<ServerRun> {
  return programs.server({ ...install(first), ...variables }).ready();
}

async function handshake(server: ServerRun, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const port = Number(new URL(server.url).port);
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: first.cert, ...options });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** One GraphQL request over HTTP/1.1. */
function ask(server: ServerRun, query: string): Promise<{ version: string; headers: object; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', host: 'localhost' };
    const options = { method: 'POST', ca: first.cert, servername: 'localhost', headers };
    const sent = request(`${server.url}/graphql`, options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ version: response.httpVersion, headers: response.headers, body }));
    });
    sent.once('error', reject).end(JSON.stringify({ query }));
  });
}

describe('HTTPS', () => {
  it('should speak HTTP/2, and HTTP/1.1 to those who know no other, and tell browsers to stay', async () => {
    const server = await start();
    expect(server.url).toMatch(/^https:/);
    const session = connectHttp2(server.url, { ca: first.cert, servername: 'localhost' });
    const stream = session.request({
      ':path': '/graphql',
      ':method': 'POST',
      'content-type': 'application/json',
    });
    stream.end('{"query":"{ __typename }"}');
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    expect(headers).toMatchObject({ ':status': 200, 'strict-transport-security': 'max-age=31536000' });
    expect(String((await once(stream, 'data'))[0])).toBe('{"data":{"__typename":"Query"}}\n');
    session.destroy();
    const old = await ask(server, '{ __typename }');
    expect(old).toMatchObject({
      version: '1.1',
      headers: { 'strict-transport-security': 'max-age=31536000' },
    });
    expect(old.body).toContain('"__typename":"Query"');
  });

  it('should refuse TLS before 1.2, hang up on who speaks none, and serve on', async () => {
    const server = await start();
    const legacy = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    await expect(handshake(server, legacy)).rejects.toThrow(/protocol version|SSL/i);
    const plain = connectPlain(Number(new URL(server.url).port), '127.0.0.1');
    plain.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    plain.on('error', () => undefined);
    let answer = '';
    plain.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    await once(plain, 'close');
    expect(answer).not.toContain('HTTP/1.1');
    const { version } = await ask(server, '{ __typename }');
    expect(version).toBe('1.1');
    const modern = await handshake(server, { maxVersion: 'TLSv1.2' });
    expect(modern.getProtocol()).toBe('TLSv1.2');
    modern.destroy();
  });

  it('should show a new certificate after SIGHUP, keep open connections, and outlive a broken file', async () => {
    const server = await start();
    const open = connectHttp2(server.url, { ca: first.cert, servername: 'localhost' });
    await once(open, 'connect');
    install(second);
    server.process.kill('SIGHUP');
    while (server.logLines.filter(({ event }) => event === 'certificate_expires').length < 2) await delay(10);
    const fresh = await handshake(server, { ca: second.cert });
    expect(fresh.authorized).toBe(true);
    fresh.destroy();
    const stream = open.request({ ':path': '/health' });
    expect((await once(stream, 'response'))[0]).toMatchObject({ ':status': 200 });
    open.destroy();

    writeFileSync(join(programs.directory, 'key.pem'), first.key);
    server.process.kill('SIGHUP');
    const { reason } = await server.logged('certificate_not_reloaded');
    expect(reason).toContain(
      'SSL_CERTFILE and SSL_KEYFILE must be a PEM certificate and its unencrypted PEM key',
    );
    (await handshake(server, { ca: second.cert })).destroy();
  });

  it('should not start with files that are not there, or do not belong together', async () => {
    const missing = programs.server({ ...install(first), SSL_KEYFILE: 'nowhere.pem' });
    expect((await missing.ended).code).toBe(1);
    expect(missing.stderr).toContain('SSL_KEYFILE must be a file that can be read, and is not (ENOENT');
    const mixed = programs.server(install({ cert: first.cert, key: second.key }));
    expect((await mixed.ended).code).toBe(1);
    expect(mixed.stderr).toContain('SSL_CERTFILE and SSL_KEYFILE must be');
  });

  it('should fail none of 200 requests a second over HTTP/2 while it reloads and then stops', async () => {
    const server = await start({ SHUTDOWN_DELAY_SECONDS: '3' });
    // So far away that requests always cross the announcement of the end.
    const network = new SlowNetwork(new URL(server.url));
    network.delayMs = 50;
    const load = new SteadyLoad(http2Connection(`https://${await network.listen()}/health`, first.cert), 200);
    await load.more(100);
    server.process.kill('SIGHUP');
    await load.more(200);
    server.process.kill('SIGTERM');
    await server.logged('server_stopping');
    await load.more(100);
    const { sent, outcomes } = await load.stop();
    expect(server.process.exitCode).toBeNull(); // every answer came while it still served
    expect(outcomes).toEqual({ 200: sent });
    expect((await server.ended).code).toBe(0);
    network.close();
  });

  it('should end an idle HTTP/2 connection when it stops, and give up who never shook hands', async () => {
    const server = await start();
    const silent = connectPlain(Number(new URL(server.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const idle = connectHttp2(server.url, { ca: first.cert, servername: 'localhost' });
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    server.process.kill('SIGTERM');
    await once(idle, 'close');
    expect((await server.ended).code).toBe(0);
  });
});
