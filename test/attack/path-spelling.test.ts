import { LIMITED } from '../support/attacks';
import { requestRaw, type RawAnswer } from '../support/http';
import { useApp } from '../support/test-app';

/**
 * The router decodes a path before it looks for a route. Whoever reads the raw path beside it can be told another story:
 * the route of one family, by the rules of another.
 */
const app = useApp({ ...LIMITED, CORS_ORIGINS: 'https://app.example.com' });

const encode = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;

const SPELLINGS: Record<string, (path: string) => string> = {
  'its first letter encoded': (path) => path.replace(/[a-z]/, encode),
  'a later letter encoded': (path) => path.replace(/(?<=\/.*\/)[a-z]/, encode),
  'every letter encoded': (path) => path.replaceAll(/[a-z]/g, encode),
  'an absolute target': (path) => `http://localhost${path}`,
  'an absolute target of another host': (path) => `https://other.example.com${path}`,
  'a query': (path) => `${path}?/api/auth/`,
  'a fragment': (path) => `${path}#/graphql`,
};

const CREDENTIALS = { username: 'somebody', login: 'somebody', email: 'somebody@example.com' };

/** What each family makes of a registration whose password is long, but has no digit and no capital. */
const REGISTRATIONS: Record<string, { path: string; status: number; limit: number }> = {
  'auth-serve': { path: '/api/auth/register', status: 422, limit: 60 },
  session: { path: '/api/register', status: 201, limit: 100 },
  credit: { path: '/auth/register', status: 201, limit: 100 },
  'balance-hub': { path: '/balance_hub/auth/register', status: 422, limit: 5 },
};

let addresses = 0;

/** From an address of its own, so that every count begins anew. */
function send(method: string, target: string, body?: object): Promise<RawAnswer> {
  addresses += 1;
  const headers = {
    'x-forwarded-for': `198.51.100.${addresses}`,
    ...(body && { 'content-type': 'application/json' }),
  };
  return requestRaw(app, { method, target, headers, ...(body && { body: JSON.stringify(body) }) });
}

/** What tells by whose rules a request was answered. */
function rulesOf({ status, headers, text }: RawAnswer): object {
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return {
    status,
    code: body['code'],
    fields: Object.keys(body).sort(),
    cacheControl: headers.get('cache-control'),
    limit: headers.get('ratelimit-policy'),
    allow: headers.get('allow'),
  };
}

beforeEach(async () => {
  await app.rows('delete from users returning id');
});

describe.each(Object.entries(REGISTRATIONS))('registration in %s', (_family, { path, status, limit }) => {
  const register = (target: string, password: string): Promise<RawAnswer> =>
    send('POST', target, { ...CREDENTIALS, password });

  it.each(Object.entries(SPELLINGS))("should keep its family's rules with %s", async (_name, spell) => {
    const answer = await register(spell(path), 'longandplain');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('ratelimit-policy')).toBe(`"register";q=${limit};w=60`);
  });

  it.each(Object.entries(SPELLINGS))('should verify the same way with %s', async (_name, spell) => {
    const plain = await register(path, 'Long-And-Strong-1');
    const [verified] = await app.rows('delete from users returning is_active, awaits_verification');
    expect((await register(spell(path), 'Long-And-Strong-1')).status).toBe(plain.status);
    expect(await app.rows('select is_active, awaits_verification from users')).toEqual([verified]);
  });
});

describe('any request', () => {
  it.each(
    [
      'GET /api/profile',
      'HEAD /api/profile',
      'OPTIONS /api/profile',
      'DELETE /api/profile',
      'GET /api/nothing',
      'GET /api/auth/nothing',
      'GET /auth/users/somebody',
      'GET /credits/balance',
      'POST /credits/nothing',
      'GET /balance_hub/auth/me',
      'PUT /balance_hub/auth/me',
      'GET /balance_hub/nothing',
      'POST /graphql',
      'PUT /graphql',
      'GET /health/live',
      'POST /health/live',
      'GET /nothing/here',
    ].flatMap((request) => Object.keys(SPELLINGS).map((spelling) => [request, spelling])),
  )('should be answered the same: %s with %s', async (request, spelling) => {
    const [method = '', path = ''] = request.split(' ');
    const plain = await send(method, path);
    const spelled = await send(method, SPELLINGS[spelling]?.(path) ?? '');
    expect(rulesOf(spelled)).toEqual(rulesOf(plain));
  });
});

describe('a path that only looks like one of a family', () => {
  it.each([
    // What stays below the prefix is answered by the family, as any unknown path there.
    ['/api//profile', true],
    ['/api/profile//', true],
    ['/api/profile.', true],
    ['/api/profile;x=1', true],
    ['/api/profile%3Fx=1', true],
    ['/api/profile%2F', true],
    ['/api/profil%65%2500', true],
    ['/api/../health', true],
    ['/auth/users/' + 'x'.repeat(300), true],
    ['/api/%', true],
    ['/api/%ff', true],
    ['/%61pi/%zz', true],
    // What the router does not find below it belongs to nobody.
    ['//api/profile', false],
    ['/./api/profile', false],
    ['/API/profile', false],
    ['/api%2Fprofile', false],
    ['/api', false],
    ['/health/../api/profile', false],
    ['/%2561pi/profile', false],
    ['ftp://localhost/api/profile', false],
    ['/%ffapi/profile', false],
  ])('should be refused in the envelope: %s', async (target, isFamilys) => {
    const answer = await send('GET', target);
    expect([400, 401, 404, 414]).toContain(answer.status);
    const body = JSON.parse(answer.text) as object;
    expect(body).toMatchObject({ status: 'error' });
    expect('detail' in body).toBe(isFamilys);
    expect(answer.headers.get('cache-control')).toBe(isFamilys ? 'no-store' : undefined);
  });

  it('should keep what follows a fragment out of the log: the router reads it as a query', async () => {
    app.logLines.length = 0;
    await send('DELETE', '/auth/users/somebody#password=Long-And-Strong-1');
    await send('DELETE', '/auth/users/somebody?a=b#&p%61ssword=Long-And-Strong-1');
    expect(app.logLines.join('')).not.toContain('Long-And-Strong-1');
  });
});
