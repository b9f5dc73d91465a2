import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requestRaw } from '../support/http';
import { useApp } from '../support/test-app';

/** What Chromium asks for when somebody opens an address. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8' };

function linksIn(html: string): string[] {
  return [...html.matchAll(/<a href="([^"]*)"/g)].map((match) => match[1] ?? '');
}

describe('the first page', () => {
  const app = useApp({ SERVICE_NAME: 'Home <Test>', LOG_LEVEL: 'INFO' });

  it('should show a browser what runs here, by links that lead somewhere', async () => {
    const page = await app.request('/', { headers: BROWSER });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('Home &lt;Test&gt;');
    const links = linksIn(page.text);
    expect(links).toEqual(['graphiql', 'graphql', 'docs', 'redoc', 'dev/mailbox', 'health']);
    for (const link of links)
      expect([link, (await app.request(`/${link}`, { headers: BROWSER })).status]).toEqual([link, 200]);
  });

  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'Es läuft', 'de'],
    ['en-GB', 'It runs', 'en'],
    ['fr', 'It runs', 'en'],
  ])('should speak the language of the browser: %s', async (language, title, tag) => {
    const { text } = await app.request('/', { headers: { ...BROWSER, 'accept-language': language } });
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(text).toContain(`<html lang="${tag}">`);
  });

  it.each([
    '*/*',
    'application/json',
    'application/json, text/html',
    'text/html;q=0.5, application/json',
    '',
  ])('should answer everybody else in JSON: Accept: %s', async (accept) => {
    const { json, headers } = await app.request('/', { headers: { accept } });
    expect(json).toEqual({ message: 'Home <Test>', version: '0.1.0', docs: '/docs', graphql: '/graphql' });
    expect(headers.get('vary')).toBe('accept, accept-language');
  });

  it('should answer HEAD as GET, without a body', async () => {
    const head = await app.request('/', { method: 'HEAD', headers: BROWSER });
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
      200,
      '',
      'text/html; charset=utf-8',
    ]);
    expect((await app.request('/', { method: 'POST' })).status).toBe(405);
  });

  it('should need no script, and load nothing from elsewhere', async () => {
    const { text, headers } = await app.request('/', { headers: BROWSER });
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toMatch(/https?:\/\//);
    expect(text.match(/<script/g)).toHaveLength(1); // the pages' own, which this one does not need
  });

  it.each([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '/evil' },
    { forwarded: 'host=evil.example' },
  ])('should take no address from a request: %j', async (headers) => {
    const { text } = await requestRaw(app, {
      method: 'GET',
      target: '/',
      headers: { ...BROWSER, ...headers },
    });
    expect(text).not.toContain('evil');
    // Nor is the mailbox shown to who came by a proxy.
    expect(linksIn(text)).not.toContain('dev/mailbox');
  });

  it('should have an icon', async () => {
    const { status, headers } = await app.request('/favicon.ico');
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  });
});

describe('GraphiQL', () => {
  const app = useApp();

  it('should come from this server alone, under a strict policy', async () => {
    const page = await app.request('/graphiql', { headers: BROWSER });
    expect(page.text).not.toMatch(/https?:\/\/|<script>|onload=/);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
    const files = [...page.text.matchAll(/(?:src|href)="(graphiql\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files).toHaveLength(6);
    for (const file of files) {
      const { status, text } = await app.request(`/${file}`);
      expect([file, status, text.length > 100]).toEqual([file, 200, true]);
    }
  });

  it('should be where Apollo’s page leads when Apollo is out of reach', async () => {
    const { text } = await app.request('/graphql', { headers: BROWSER });
    expect(text).toContain('<a href="graphiql">GraphiQL</a> is served from here');
    expect(text).toContain('#embeddableSandbox:empty { display: none; }');
  });
});

describe('with nothing but a list of operations', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'manifest-')), 'operations.json');
  writeFileSync(file, JSON.stringify({ health: '{ health { status } }' }));
  const app = useApp({ PERSISTED_OPERATIONS: 'required', PERSISTED_OPERATIONS_FILE: file });

  it('should have no IDE, and say why', async () => {
    for (const [address, status] of [
      ['/graphql', 400],
      ['/graphiql', 404],
    ] as const) {
      const page = await app.request(address, { headers: { ...BROWSER, 'accept-language': 'en' } });
      expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
      expect(page.text).toContain('The GraphQL IDE is off');
      expect(page.text).toContain('PERSISTED_OPERATIONS=required');
      expect(page.text).not.toContain('GRAPHQL_INTROSPECTION');
    }
    expect((await app.request('/graphiql/graphiql.min.js')).status).toBe(404);
    const home = await app.request('/', { headers: BROWSER });
    expect(linksIn(home.text)).not.toContain('graphiql');
  });
});

describe('production', () => {
  const app = useApp({ NODE_ENV: 'production', BCRYPT_COST: '10' });

  it('should advertise only what is there', async () => {
    const { text } = await app.request('/', { headers: BROWSER });
    expect(linksIn(text)).toEqual(['docs', 'redoc', 'health']);
    expect(text).toContain('POST /graphql');
  });

  it.each([
    ['/graphql', 400],
    ['/graphiql', 404],
  ])('should say plainly that there is no IDE, and how to turn it on: %s', async (address, status) => {
    const page = await app.request(address, { headers: { ...BROWSER, 'accept-language': 'en' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.text).toContain('The GraphQL IDE is off');
    expect(page.text).toContain('GRAPHQL_INTROSPECTION=true');
    const json = await app.request(address, { headers: { accept: 'application/json' } });
    expect(json.json).toBeDefined();
    expect((await app.request('/graphiql/graphiql.min.js')).status).toBe(404);
  });

  it('should answer a program as ever, whatever it accepts', async () => {
    const query = encodeURIComponent('{health{status}}');
    const { status, json } = await app.request(`/graphql?query=${query}`, {
      headers: { accept: 'text/html, application/json;q=0.9', 'apollo-require-preflight': '1' },
    });
    expect([status, json !== undefined]).toEqual([200, true]);
  });
});
