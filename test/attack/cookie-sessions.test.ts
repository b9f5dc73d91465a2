import { codesOf, PASSWORD, tokenError } from '../support/people';
import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const OWN = 'https://app.example.com';
const NAME = '__Host-refresh_token';
const EMPTIED = /^__Host-refresh_token=; .*Expires=Thu, 01 Jan 1970/;

const app = useApp({
  REFRESH_TOKEN_DELIVERY: 'cookie',
  PUBLIC_URL: 'https://auth.example.com',
  CORS_ORIGINS: OWN,
});

interface Browser {
  readonly email: string;
  readonly accessToken: string;
  /** The value of the refresh cookie. */
  readonly cookie: string;
}

function cookieOf({ headers }: { headers: Headers }): string | undefined {
  const cookie = headers.getSetCookie().find((one) => one.startsWith(`${NAME}=`));
  return cookie?.split(';', 1)[0]?.slice(NAME.length + 1);
}

/** Every answer of this file, so that none can let a refresh token slip into a body. */
function withoutTokenInBody<A extends { headers: Headers }>(answer: A): A {
  const cookie = cookieOf(answer);
  if (cookie) expect(JSON.stringify(answer)).not.toContain(cookie);
  return answer;
}

let count = 0;
async function givenBrowser(): Promise<Browser> {
  const email = `browser${(count += 1)}@example.com`;
  const answer = await app.graphql<{ register: { tokens: { accessToken: string } } }>(
    'mutation ($i: RegisterInput!) { register(input: $i) { tokens { accessToken refreshToken } } }',
    { i: { email, password: PASSWORD } },
  );
  withoutTokenInBody(answer);
  return { email, accessToken: answer.data!.register.tokens.accessToken, cookie: cookieOf(answer)! };
}

const cookieHeaders = (cookie: string, origin?: string): Record<string, string> => ({
  cookie: `${NAME}=${cookie}`,
  ...(origin !== undefined && { origin }),
});

async function isAlive({ cookie }: Pick<Browser, 'cookie'>): Promise<boolean> {
  const answer = await app.graphql(
    'mutation { refresh { user { id } } }',
    {},
    { headers: cookieHeaders(cookie, OWN) },
  );
  return codesOf(answer).length === 0;
}

interface SignOut {
  readonly codes: string[];
  readonly setCookie: string | undefined;
}

type Door = (headers: Record<string, string>, token?: string) => Promise<SignOut>;

const seen = (headers: Headers, codes: string[]): SignOut => ({
  codes,
  setCookie: headers.getSetCookie().find((one) => one.startsWith(NAME)),
});

const restDoor =
  (path: string): Door =>
  async (headers, token) => {
    const answer = await rest(app, `POST ${path}`, { headers, token });
    return seen(answer.headers, answer.status === 200 ? [] : [String(refusal(answer)[1])]);
  };

describe.each<[string, Door]>([
  [
    'logout',
    async (headers, token) => {
      const options = { headers, ...(token !== undefined && { token }) };
      const answer: GraphQLAnswer = await app.graphql('mutation { logout }', {}, options);
      return seen(answer.headers, codesOf(answer));
    },
  ],
  ['POST /api/logout', restDoor('/api/logout')],
  ['POST /auth/logout', restDoor('/auth/logout')],
])('a session that outlives its %s', (_name, logout) => {
  it.each<[string, (browser: Browser) => string | undefined]>([
    ['an access token past its time', ({ accessToken }) => accessToken],
    ['no access token', () => undefined],
    ['something that is no access token', () => 'nonsense'],
  ])('should end by its cookie alone with %s', async (_what, tokenOf) => {
    const browser = await givenBrowser();
    app.clock.advance({ hours: 2 });
    const { codes, setCookie } = await logout(cookieHeaders(browser.cookie, OWN), tokenOf(browser));
    expect(codes).toEqual([]);
    expect(setCookie).toMatch(EMPTIED);
    expect(await isAlive(browser)).toBe(false);
  });

  it('should end at once, for its access token as well', async () => {
    const { accessToken, cookie } = await givenBrowser();
    expect(await tokenError(app, accessToken)).toBeNull();
    await logout(cookieHeaders(cookie, OWN));
    expect(await tokenError(app, accessToken)).toBe('INVALID_TOKEN');
  });

  it('should end with the session of the access token, when the cookie is of a later sign-in', async () => {
    const [earlier, later] = [await givenBrowser(), await givenBrowser()];
    const { codes, setCookie } = await logout(cookieHeaders(later.cookie, OWN), earlier.accessToken);
    expect(codes).toEqual([]);
    expect(setCookie).toMatch(EMPTIED);
    expect(await tokenError(app, earlier.accessToken)).toBe('INVALID_TOKEN');
    expect(await isAlive(later)).toBe(false);
  });

  it('should not be ended by another site with a cookie that comes along', async () => {
    const [earlier, later] = [await givenBrowser(), await givenBrowser()];
    await logout(cookieHeaders(later.cookie, 'https://evil.example'), earlier.accessToken);
    expect(await tokenError(app, earlier.accessToken)).toBe('INVALID_TOKEN');
    expect(await isAlive(later)).toBe(true);
  });

  it('should end by a cookie that another tab has replaced meanwhile', async () => {
    const browser = await givenBrowser();
    const next = await app.graphql(
      'mutation { refresh { user { id } } }',
      {},
      { headers: cookieHeaders(browser.cookie, OWN) },
    );
    const { codes } = await logout(cookieHeaders(browser.cookie, OWN));
    expect(codes).toEqual([]);
    expect(await isAlive({ cookie: cookieOf(next)! })).toBe(false);
  });

  it.each([
    ['a strange origin', 'https://evil.example'],
    ['a sandboxed frame', 'null'],
  ])('should not be ended by its cookie from %s', async (_whence, origin) => {
    const browser = await givenBrowser();
    app.clock.advance({ hours: 2 });
    const { codes, setCookie } = await logout(cookieHeaders(browser.cookie, origin), browser.accessToken);
    expect(codes).toEqual(['FORBIDDEN']);
    expect(setCookie).toBeUndefined();
    expect(await isAlive(browser)).toBe(true);
  });

  it('should lose its cookie when it has ended already', async () => {
    const browser = await givenBrowser();
    await logout(cookieHeaders(browser.cookie, OWN), browser.accessToken);
    const { codes, setCookie } = await logout(cookieHeaders(browser.cookie, OWN));
    expect(codes).toEqual([]);
    expect(setCookie).toMatch(EMPTIED);
  });

  it('should say what is wrong with the access token where there is no cookie', async () => {
    const { accessToken } = await givenBrowser();
    app.clock.advance({ hours: 2 });
    expect((await logout({ origin: OWN }, accessToken)).codes).toEqual(['TOKEN_EXPIRED']);
    expect((await logout({}, 'nonsense')).codes).toEqual(['INVALID_TOKEN']);
    expect((await logout({})).codes).toEqual(['UNAUTHENTICATED']);
  });
});

/** The field of the body, which must be there for the clients of the old services. */
function tokenIn({ body }: RestAnswer): unknown {
  const { data, ...fields } = body as { data?: object };
  return ({ ...fields, ...data } as { refresh_token?: unknown }).refresh_token;
}

describe('a refresh token in the body, where scripts can read it', () => {
  const signIn = async ({ email }: Browser): Promise<RestAnswer> =>
    withoutTokenInBody(await rest(app, 'POST /api/auth/login', { json: { email, password: PASSWORD } }));
  const refresh = async (headers: Record<string, string>, json?: object): Promise<RestAnswer> =>
    withoutTokenInBody(await rest(app, 'POST /api/auth/refresh', { headers, json }));

  it('should not be answered by the login of auth-serve: it is a cookie', async () => {
    const answer = await signIn(await givenBrowser());
    expect([answer.status, tokenIn(answer)]).toEqual([200, null]);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-refresh_token=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });

  it('should not be needed by the refresh of auth-serve: the cookie will do', async () => {
    const cookie = cookieOf(await signIn(await givenBrowser()))!;
    for (const json of [undefined, {}, { refresh_token: null }]) {
      const answer = await refresh(cookieHeaders(cookie, OWN), json);
      expect([answer.status, tokenIn(answer)]).toEqual([200, null]);
      expect(cookieOf(answer)).toMatch(/^[\w-]{43}$/);
    }
  });

  it('should still be taken from the body by who has one, and be answered as a cookie', async () => {
    const cookie = cookieOf(await signIn(await givenBrowser()))!;
    const answer = await refresh({}, { refresh_token: cookie });
    expect([answer.status, tokenIn(answer)]).toEqual([200, null]);
    expect(cookieOf(answer)).not.toBe(cookie);
  });

  it.each(['https://evil.example', 'null'])(
    'should not be rotated by its cookie for the origin %s',
    async (origin) => {
      const cookie = cookieOf(await signIn(await givenBrowser()))!;
      const answer = await refresh(cookieHeaders(cookie, origin));
      expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(
        refusal(await rest(app, 'POST /auth/refresh', { headers: cookieHeaders(cookie, origin) })),
      ).toEqual([403, 'FORBIDDEN']);
    },
  );

  it('should be missed where there is neither', async () => {
    expect(refusal(await refresh({ origin: OWN }, {}))).toEqual([401, 'UNAUTHENTICATED']);
    expect(refusal(await rest(app, 'POST /auth/refresh', { headers: { origin: OWN }, json: {} }))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
  });

  it('should not be answered by the refresh of the family credit, whichever way it came', async () => {
    const cookie = cookieOf(await signIn(await givenBrowser()))!;
    const byBody = withoutTokenInBody(await rest(app, 'POST /auth/refresh', { json: { token: cookie } }));
    expect([byBody.status, tokenIn(byBody)]).toEqual([200, null]);
    const headers = cookieHeaders(cookieOf(byBody)!, OWN);
    const byCookie = withoutTokenInBody(await rest(app, 'POST /auth/refresh', { headers }));
    expect([byCookie.status, tokenIn(byCookie)]).toEqual([200, null]);
    expect(cookieOf(byCookie)).toMatch(/^[\w-]{43}$/);
  });

  it('should be answered by no registration and by no login of any family', async () => {
    const json = { username: 'cookieless', email: 'cookieless@example.com', password: PASSWORD };
    const answers = [
      await rest(app, 'POST /auth/register', { json }),
      await rest(app, 'POST /auth/login', { json }),
      await rest(app, 'POST /api/login', { json: { login: 'cookieless', password: PASSWORD } }),
      await rest(app, 'POST /balance_hub/auth/login', { json }),
    ];
    for (const { status, text } of answers) {
      expect(status).toBeLessThan(300);
      expect(text).not.toMatch(/refresh/);
    }
  });
});
