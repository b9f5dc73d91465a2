import { codesOf, givenUser, PASSWORD } from '../support/people';
import { requestRaw } from '../support/http';
import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const OWN = 'https://app.example.com';
const EVIL = 'https://evil.example';
const NAME = '__Host-refresh_token';
const BY_COOKIE = { 'x-token-delivery': 'cookie' };

const dataOf = ({ body }: RestAnswer): { access_token: string; refresh_token: string | null } =>
  (body as { data: { access_token: string; refresh_token: string | null } }).data;

const refreshCookieOf = (headers: Headers): string | undefined =>
  headers.getSetCookie().find((one) => one.startsWith(`${NAME}=`));
const valueOf = (cookie: string | undefined): string | undefined => cookie?.split(';')[0]?.split('=')[1];

describe('clients that choose how their refresh tokens travel', () => {
  const app = useApp({
    REFRESH_TOKEN_DELIVERY: 'client',
    PUBLIC_URL: 'https://auth.example.com',
    CORS_ORIGINS: OWN,
  });

  interface Signed {
    readonly accessToken: string;
    readonly refreshToken: string | null;
  }

  const tokensOf = (answer: GraphQLAnswer<Record<string, { tokens: Signed }>>): Signed =>
    Object.values(answer.data!)[0]!.tokens;

  async function logIn(
    headers: Record<string, string> = {},
  ): Promise<GraphQLAnswer<{ login: { tokens: Signed } }>> {
    const { email } = await givenUser(app);
    return app.graphql(
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken refreshToken } } }',
      { i: { identifier: email, password: PASSWORD } },
      { headers },
    );
  }

  const refresh = (
    headers: Record<string, string>,
    token?: string,
  ): Promise<GraphQLAnswer<{ refresh: { tokens: Signed } }>> =>
    app.graphql(
      'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }',
      { t: token },
      { headers },
    );

  const givenCookie = async (): Promise<string> =>
    valueOf(refreshCookieOf((await logIn(BY_COOKIE)).headers))!;

  it.each([
    {},
    { 'x-token-delivery': 'body' },
    { 'x-token-delivery': 'nonsense' },
    { 'x-token-delivery': '' },
  ])('should get it in the body with %j, and no cookie', async (headers: Record<string, string>) => {
    const answer = await logIn(headers);
    expect(tokensOf(answer).refreshToken).toMatch(/^[\w-]{43}$/);
    expect(refreshCookieOf(answer.headers)).toBeUndefined();
  });

  it('should get it as a cookie when they ask for it, and nowhere else', async () => {
    const answer = await logIn(BY_COOKIE);
    expect(tokensOf(answer).refreshToken).toBeNull();
    expect(refreshCookieOf(answer.headers)).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('should get the same choice from REST', async () => {
    const { email } = await givenUser(app);
    const json = { email, password: PASSWORD };
    const body = await rest(app, 'POST /api/auth/login', { json });
    expect([typeof dataOf(body).refresh_token, refreshCookieOf(body.headers)]).toEqual(['string', undefined]);
    const cookie = await rest(app, 'POST /api/auth/login', { json, headers: BY_COOKIE });
    expect([dataOf(cookie).refresh_token, typeof refreshCookieOf(cookie.headers)]).toEqual([null, 'string']);
  });

  it.each([{}, { 'x-token-delivery': 'body' }, BY_COOKIE])(
    'should never get a token that was a cookie into a body, whatever script asks for it: %j',
    async (headers: Record<string, string>) => {
      const sent = { ...headers, cookie: `${NAME}=${await givenCookie()}`, origin: OWN };
      const answer = await refresh(sent);
      expect(tokensOf(answer).refreshToken).toBeNull();
      const next = valueOf(refreshCookieOf(answer.headers))!;
      expect(next).toMatch(/^[\w-]{43}$/);
      for (const path of ['/api/auth/refresh', '/auth/refresh']) {
        const cookie = `${NAME}=${await givenCookie()}`;
        const {
          status,
          text,
          headers: got,
        } = await rest(app, `POST ${path}`, { headers: { ...sent, cookie } });
        expect(status).toBe(200);
        expect(text).not.toContain(valueOf(refreshCookieOf(got)));
      }
    },
  );

  it.each([EVIL, 'null', 'https://auth.example.com.evil.example'])(
    'should not have a cookie used by the origin %s, for a refresh or for a logout',
    async (origin) => {
      const headers = { ...BY_COOKIE, cookie: `${NAME}=${await givenCookie()}`, origin };
      expect(codesOf(await refresh(headers))).toEqual(['FORBIDDEN']);
      expect(codesOf(await app.graphql('mutation { logout }', {}, { headers }))).toEqual(['FORBIDDEN']);
      for (const path of ['/api/auth/refresh', '/auth/refresh', '/api/logout', '/auth/logout']) {
        expect(refusal(await rest(app, `POST ${path}`, { headers }))).toEqual([403, 'FORBIDDEN']);
      }
      expect(codesOf(await refresh({ ...headers, origin: OWN }))).toEqual([]);
    },
  );

  it('should sign out by the cookie alone, from an allowed origin, and lose it', async () => {
    for (const path of ['/api/logout', '/auth/logout', '/balance_hub/auth/logout']) {
      const cookie = `${NAME}=${await givenCookie()}`;
      const { status, headers } = await rest(app, `POST ${path}`, { headers: { cookie, origin: OWN } });
      expect([status, valueOf(refreshCookieOf(headers))]).toEqual([200, '']);
      expect(codesOf(await refresh({ cookie, origin: OWN }))).toEqual(['INVALID_TOKEN']);
    }
  });

  it('should be asked for a token by those who have none', async () => {
    expect(refusal(await rest(app, 'POST /api/auth/refresh', { json: {} }))).toEqual([422, 'INVALID_INPUT']);
    expect(refusal(await rest(app, 'POST /api/auth/refresh', { json: {}, headers: BY_COOKIE }))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
  });

  it('should be let through by CORS from their own pages, and from no others', async () => {
    const preflight = async (origin: string): Promise<string | null> => {
      const { headers } = await app.request('/graphql', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-token-delivery',
        },
      });
      const allowed = headers.get('access-control-allow-headers');
      return headers.get('access-control-allow-origin') && allowed;
    };
    expect(await preflight(OWN)).toContain('x-token-delivery');
    expect(await preflight(EVIL)).toBeNull();
  });
});

describe('a refresh cookie that comes without an Origin', () => {
  const app = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie', PUBLIC_URL: 'https://auth.example.com' });
  const body = JSON.stringify({ query: 'mutation { refresh { user { id } } }' });

  async function use(headers: Record<string, string>): Promise<string> {
    const { email } = await givenUser(app);
    const signedIn = await rest(app, 'POST /api/auth/login', { json: { email, password: PASSWORD } });
    const cookie = `${NAME}=${valueOf(refreshCookieOf(signedIn.headers))}`;
    const { text } = await requestRaw(app, {
      method: 'POST',
      target: '/graphql',
      headers: { 'content-type': 'application/json', cookie, ...headers },
      body,
    });
    return /"code":"(\w+)"/.exec(text)?.[1] ?? 'refreshed';
  }

  it('should work for a program, which is no browser', async () => {
    expect(await use({})).toBe('refreshed');
    expect(await use({ 'user-agent': 'curl/8.5.0' })).toBe('refreshed');
    // What the fetch of Node says of itself.
    expect(await use({ 'sec-fetch-mode': 'cors' })).toBe('refreshed');
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
    { 'sec-fetch-mode': 'navigate' },
    { 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
    { origin: 'null' },
    { origin: '' },
  ])('should not work for a browser: %j', async (headers: Record<string, string>) => {
    expect(await use(headers)).toBe('FORBIDDEN');
  });
});

describe.each([
  ['lax', 'SameSite=Lax'],
  ['none', 'Partitioned; SameSite=None'],
])('REFRESH_COOKIE_SAMESITE=%s', (sameSite, attributes) => {
  const app = useApp({
    REFRESH_TOKEN_DELIVERY: 'cookie',
    REFRESH_COOKIE_SAMESITE: sameSite,
    PUBLIC_URL: 'https://auth.example.com',
    CORS_ORIGINS: 'https://app.elsewhere.example',
  });

  it('should set and clear the cookie with its attributes, always Secure', async () => {
    const { email } = await givenUser(app);
    const json = { email, password: PASSWORD };
    const signedIn = await rest(app, 'POST /api/auth/login', { json });
    const cookie = refreshCookieOf(signedIn.headers)!;
    expect(cookie.endsWith(`; Path=/; HttpOnly; Secure; ${attributes}`)).toBe(true);
    const out = await rest(app, 'POST /api/logout', { token: dataOf(signedIn).access_token });
    expect(refreshCookieOf(out.headers)).toContain(`; HttpOnly; Secure; ${attributes}`);
    expect(valueOf(refreshCookieOf(out.headers))).toBe('');
  });

  it('should leave the Origin to decide who uses it', async () => {
    const { email } = await givenUser(app);
    const { headers } = await rest(app, 'POST /api/auth/login', { json: { email, password: PASSWORD } });
    const cookie = `${NAME}=${valueOf(refreshCookieOf(headers))}`;
    const use = async (origin: string): Promise<number> =>
      (await rest(app, 'POST /api/auth/refresh', { headers: { cookie, origin } })).status;
    expect(await use(EVIL)).toBe(403);
    expect(await use('https://app.elsewhere.example')).toBe(200);
  });

  it('should be warned of only while other sites are kept out', () => {
    const warned = app.events().includes('refresh_cookie_kept_from_other_sites');
    expect(warned).toBe(sameSite !== 'none');
  });
});
