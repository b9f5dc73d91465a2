import { givenUser, PASSWORD } from '../support/people';
import { requestRaw } from '../support/http';
import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp, type TestApp } from '../support/test-app';

const OWN = 'https://app.example.com';
const SETTINGS = { PUBLIC_URL: 'https://auth.example.com', CORS_ORIGINS: OWN };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** What a page elsewhere can have a browser send without asking: forms, and what does not say what it is. */
const FOREIGN: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  // All that browsers of before 2020 say of a form.
  { referer: 'https://evil.example/page' },
];

const encoded = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

/** Without a Content-Type, which `fetch` would add. */
async function postUntyped(
  app: TestApp,
  target: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; cookie: string | undefined }> {
  const answer = await requestRaw(app, { method: 'POST', target, headers, body });
  return { status: answer.status, text: answer.text, cookie: answer.headers.get('set-cookie') };
}

describe('a form on another site, with the account of who made it', () => {
  const app = useApp({ ...SETTINGS, REFRESH_TOKEN_DELIVERY: 'cookie' });

  it('should not sign the visitor in by the cookie of balance-hub', async () => {
    const { email } = await givenUser(app);
    const login = (headers: Record<string, string>): Promise<RestAnswer> =>
      rest(app, 'POST /balance_hub/auth/login', {
        raw: encoded({ email, password: PASSWORD }),
        headers: { ...FORM, ...headers },
      });
    for (const headers of FOREIGN) {
      const answer = await login(headers);
      expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
      expect(answer.headers.getSetCookie()).toEqual([]);
      const untyped = await postUntyped(
        app,
        '/balance_hub/auth/login',
        JSON.stringify({ email, password: PASSWORD }),
        headers,
      );
      expect([untyped.status, untyped.cookie]).toEqual([403, undefined]);
    }
    for (const headers of [{}, { origin: OWN }]) expect((await login(headers)).status).toBe(200);
  });

  it('should not plant a refresh cookie, by a login or by a token of its own', async () => {
    const { email } = await givenUser(app);
    const json = { email, password: PASSWORD };
    const { headers } = await rest(app, 'POST /api/auth/login', { json });
    const token = headers.getSetCookie()[0]!.split(';')[0]!.split('=')[1]!;
    for (const foreign of FOREIGN) {
      const form = { raw: encoded({ token }), headers: { ...FORM, ...foreign } };
      expect(refusal(await rest(app, 'POST /auth/refresh', form))).toEqual([403, 'FORBIDDEN']);
      for (const [target, body] of [
        ['/auth/refresh', { token }],
        ['/api/auth/refresh', { refresh_token: token }],
        ['/api/auth/login', json],
      ] as const) {
        const { status, cookie } = await postUntyped(app, target, JSON.stringify(body), foreign);
        expect([target, status, cookie]).toEqual([target, 403, undefined]);
      }
    }
    const own = await rest(app, 'POST /auth/refresh', { raw: encoded({ token }), headers: FORM });
    expect(own.status).toBe(200);
  });

  it('should not act with a cookie by a body that does not say what it is', async () => {
    const { email } = await givenUser(app);
    const json = { email, password: PASSWORD };
    const { headers } = await rest(app, 'POST /balance_hub/auth/login', { json });
    const access = headers.getSetCookie().find((one) => one.startsWith('access_token='))!;
    const cookie = access.split(';')[0]!;
    const target = '/balance_hub/auth/login';
    expect((await postUntyped(app, target, JSON.stringify(json), { cookie })).status).toBe(415);
    const refreshCookie = (await rest(app, 'POST /api/auth/login', { json })).headers.getSetCookie()[0]!;
    const sent = { cookie: refreshCookie.split(';')[0]!, origin: OWN };
    expect((await postUntyped(app, '/auth/refresh', '{"token":null}', sent)).status).toBe(415);
  });
});

describe('a slash too many', () => {
  const app = useApp(SETTINGS);
  const locationOf = async (method: string, target: string): Promise<unknown[]> => {
    const { status, headers } = await requestRaw(app, { method, target });
    return [status, headers.get('location')];
  };

  it('should lead to the same endpoint, with its query, on this host', async () => {
    expect(await locationOf('POST', '/auth/login/')).toEqual([307, '/auth/login']);
    expect(await locationOf('GET', '/credits/transactions/?skip=1&limit=2')).toEqual([
      307,
      '/credits/transactions?skip=1&limit=2',
    ]);
    expect(await locationOf('PUT', '/auth/users/a.b/email/')).toEqual([307, '/auth/users/a.b/email']);
  });

  it.each([
    '//evil.example/',
    '//evil.example/auth/login/',
    '/\\evil.example/',
    'http://evil.example/auth/login/',
    '/auth/login//',
    '/auth/nothing/',
    '/',
    '/auth/login/#/',
  ])('should lead nowhere from %s', async (target) => {
    expect((await locationOf('POST', target))[1]).toBeUndefined();
  });
});
