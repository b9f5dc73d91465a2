import 'reflect-metadata';
import { AppError } from '../../src/errors';
import { Database } from '../../src/infrastructure/database/database';
import { requestRaw, type RawAnswer } from '../support/http';
import { givenLogin, givenUser, makeAdmin, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_OTHER: '5/minute' });
afterEach(() => jest.restoreAllMocks());

let person: Person;
let admin: Person;
beforeAll(async () => {
  person = await givenUser(app, { username: 'bob' });
  admin = await givenUser(app);
  await makeAdmin(app, admin);
});

async function ask(
  token: string | undefined,
  options: { method?: string; target?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const { method = 'GET', target = '/forward-auth', headers = {}, body = '' } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return requestRaw(app, { method, target, body, headers: { ...authorization, ...headers } });
}

const identityIn = ({ headers }: RawAnswer): [string, string][] =>
  [...headers].filter(([name]) => name.startsWith('x-auth-'));

describe('/forward-auth', () => {
  it('should say who asks in headers, all of them, and nothing in a body', async () => {
    const answer = await ask(person.accessToken);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(Object.fromEntries(identityIn(answer))).toEqual({
      'x-auth-user-id': person.id,
      'x-auth-username': 'bob',
      'x-auth-email': person.email,
      'x-auth-role': 'user',
      'x-auth-scopes': '',
      'x-auth-session-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  // prettier-ignore
  it.each([
    ['an identity', { 'x-auth-user-id': '1', 'x-auth-role': 'admin', 'x-auth-username': 'root' }],
    ['another path', { 'x-original-uri': '/public', 'x-forwarded-uri': '/public', 'x-original-url': 'http://x/public' }],
    ['another method', { 'x-original-method': 'OPTIONS', 'x-forwarded-method': 'OPTIONS', 'x-http-method-override': 'OPTIONS' }],
    ['a demand of its own', { 'x-forwarded-uri': '/?role=user', 'x-original-uri': '/a?role=user' }],
    ['another host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1' }],
  ])('should believe no header that tells of %s', async (_what, headers) => {
    expect((await ask(undefined, { headers: headers })).status).toBe(401);
    const demanding = { target: '/forward-auth?role=admin', headers: headers as Record<string, string> };
    expect((await ask(person.accessToken, demanding)).status).toBe(403);
    const allowed = await ask(person.accessToken, { headers: headers });
    expect(allowed.headers.get('x-auth-user-id')).toBe(person.id);
    expect(allowed.headers.get('x-auth-role')).toBe('user');
  });

  // prettier-ignore
  it.each([
    ['?role=admin', 403, 204], ['?role=user', 204, 403], ['?role=admin,user', 204, 204],
    ['?role=admin&role=user', 403, 403], ['?role=', 403, 403], ['?role=ADMIN', 403, 403], ['?role=root', 403, 403],
    ['?permission=users:read', 403, 204], ['?permission=users:read&role=admin', 403, 204],
    ['?permission=users:read&permission=none:such', 403, 403], ['?role=__proto__', 403, 403],
    ['?role=admin&original=/a?x=1&role=user', 403, 403], ['?x=1&1=2&original=/a', 204, 204], ['?%72ole=admin', 403, 204],
  ])('should let pass who meets every demand of %s', async (query, forUser, forAdmin) => {
    const target = `/forward-auth${query}`;
    expect((await ask(person.accessToken, { target })).status).toBe(forUser);
    expect((await ask(admin.accessToken, { target })).status).toBe(forAdmin);
  });

  // prettier-ignore
  it.each(['?roles=admin', '?Role=admin', '?role[]=admin', '?permissions=users:read', '?%52ole=admin', '?scope=users:read'])(
    'should take %s for a mistake, and not for no demand', async (query) => {
      const answer = await ask(admin.accessToken, { target: `/forward-auth${query}` });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('and can demand a role or a permission');
    },
  );

  it('should say yes by 200 to a proxy that knows no other, whatever its clients ask for', async () => {
    const base = '/forward-auth?status=200&role=admin&path=';
    for (const path of [
      '/a',
      '/a?x=1&1=2&role[]=y',
      '/?roles=user',
      '/o?page=1&status=open&role=user&permission=x',
    ]) {
      const answer = await ask(admin.accessToken, { target: base + path });
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(answer.headers.get('x-auth-role')).toBe('admin');
    }
    for (const path of ['/a', '/a?role=user', '/a?x=1&role=user&status=204', '/a?path=&role=user'])
      expect((await ask(person.accessToken, { target: base + path })).status).toBe(403);
    expect((await ask(undefined, { target: `${base}/a` })).status).toBe(401);
    expect((await ask(admin.accessToken, { target: '/forward-auth?status=500' })).status).toBe(204);
    for (const misspelt of ['?status=200&rol=admin&path=/', '?rol=admin&path', '?__proto__=x&path=/a'])
      expect((await ask(admin.accessToken, { target: `/forward-auth${misspelt}` })).status).toBe(403);
  });

  // prettier-ignore
  it.each([
    ['GET', {}, ''], ['HEAD', {}, ''], ['POST', {}, ''], ['PUT', {}, 'x'], ['PATCH', {}, 'x'], ['DELETE', {}, ''],
    ['OPTIONS', {}, ''],
    ['POST', { 'content-type': 'application/json' }, '{'],
    ['POST', { 'content-type': 'application/octet-stream' }, '\0'.repeat(100)],
    ['POST', { 'content-type': 'no/such; type' }, 'x'],
    ['POST', { 'content-type': 'application/json', 'content-length': '100000' }, 'x'.repeat(100_000)],
  ])('should answer nothing that a proxy does not know: %s %j', async (method, headers, body) => {
    const options = { method, headers: headers as Record<string, string>, body };
    expect((await ask(person.accessToken, options)).status).toBe(204);
    expect((await ask(undefined, options)).status).toBe(401);
    expect((await ask('nonsense', options)).status).toBe(401);
  });

  it('should not be limited by the address of the proxy', async () => {
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await ask('bad')).status));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect((await ask(person.accessToken)).status).toBe(204);
  });

  it.each(['eve\r\nx-auth-role: admin', 'ad%0d%0amin', 'ädmin ☃', 'a b', '管理者'])(
    'should write no name into a header that could be another one: %j',
    async (name) => {
      const { accessToken } = await givenLogin(app, name).catch(() => ({ accessToken: undefined }));
      // Line ends are refused at registration; whatever is taken arrives whole, and as one header.
      if (accessToken === undefined) return;
      const answer = await ask(accessToken);
      const header = answer.headers.get('x-auth-username') ?? '';
      expect(header).toMatch(/^[\x21-\x7e]+$/);
      expect(decodeURIComponent(header)).toBe(name);
      expect(answer.headers.get('x-auth-role')).toBe('user');
    },
  );

  it.each(['DATABASE_ERROR', 'SERVICE_UNAVAILABLE', 'INTERNAL_ERROR'] as const)(
    'should answer 503 to what proxies would make of a %s',
    async (code) => {
      const { accessToken } = await givenUser(app);
      jest.spyOn(Database.prototype, 'statement').mockRejectedValueOnce(new AppError(code));
      const answer = await ask(accessToken);
      expect([answer.status, identityIn(answer)]).toEqual([503, []]);
      expect((await ask(accessToken)).status).toBe(204);
    },
  );

  it('should refuse the identity of a refused request, and be kept by no cache', async () => {
    for (const answer of [
      await ask(undefined),
      await ask(person.accessToken, { target: '/forward-auth?role=admin' }),
    ]) {
      expect(identityIn(answer)).toEqual([]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});
