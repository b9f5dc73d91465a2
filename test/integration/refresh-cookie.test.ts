import { codesOf, PASSWORD } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp({
  REFRESH_TOKEN_DELIVERY: 'cookie',
  PUBLIC_URL: 'https://auth.example.com',
  CORS_ORIGINS: 'https://app.example.com',
});
const NAME = '__Host-refresh_token';
const ATTRIBUTES = ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'];

interface Signed {
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string | null };
}

/** The value of the cookie that an answer sets, and its attributes. */
function cookieOf({ headers }: GraphQLAnswer<unknown>): { value: string; attributes: string[] } | undefined {
  const cookies = headers.getSetCookie().filter((cookie) => cookie.startsWith(`${NAME}=`));
  expect(cookies.length).toBeLessThan(2);
  const [pair, ...attributes] = cookies[0]?.split('; ') ?? [];
  return pair === undefined ? undefined : { value: pair.slice(NAME.length + 1), attributes };
}

let count = 0;
async function signedUp(): Promise<{ email: string; accessToken: string; cookie: string }> {
  const email = `cookie${(count += 1)}@example.com`;
  const answer = await app.graphql<{ register: Signed }>(
    'mutation ($i: RegisterInput!) { register(input: $i) { tokens { accessToken refreshToken } } }',
    { i: { email, password: PASSWORD } },
  );
  expect(answer.data?.register.tokens.refreshToken).toBeNull();
  return { email, accessToken: answer.data!.register.tokens.accessToken, cookie: cookieOf(answer)!.value };
}

function refresh(
  headers: Record<string, string>,
  argument?: string,
): Promise<GraphQLAnswer<{ refresh: Signed }>> {
  return app.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }',
    { t: argument },
    { headers },
  );
}

it('should deliver the refresh token of login as a cookie that scripts and other sites cannot use', async () => {
  const { email } = await signedUp();
  const answer = await app.graphql<{ login: Signed }>(
    'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken refreshToken } } }',
    { i: { identifier: email, password: PASSWORD } },
  );
  expect(answer.data?.login.tokens.refreshToken).toBeNull();
  const cookie = cookieOf(answer);
  expect(cookie?.value).toMatch(/^[\w-]{43}$/);
  expect(cookie?.attributes.sort()).toEqual(['Max-Age=2592000', ...ATTRIBUTES].sort());
});

it.each(['https://auth.example.com', 'https://app.example.com'])(
  'should rotate the cookie for the origin %s',
  async (origin) => {
    const { cookie } = await signedUp();
    const answer = await refresh({ origin, cookie: `${NAME}=${cookie}` });
    expect(answer.errors).toEqual([]);
    expect(answer.data?.refresh.tokens.refreshToken).toBeNull();
    expect(cookieOf(answer)?.value).not.toBe(cookie);
    const next = await refresh({ origin, cookie: `${NAME}=${cookieOf(answer)!.value}` });
    expect(codesOf(next)).toEqual([]);
  },
);

it.each([
  ['a browser that says no origin', { 'sec-fetch-site': 'same-origin' }],
  ['a page of another site in a browser that says no more', { referer: 'https://evil.example/page' }],
  ['a page that says no address', { referer: 'about:blank' }],
  ['another origin', { origin: 'https://evil.example.com' }],
  ['an opaque origin', { origin: 'null' }],
  ['our host over plain HTTP', { origin: 'http://auth.example.com' }],
  ['an origin that begins like ours', { origin: 'https://auth.example.com.evil.example' }],
])('should refuse the cookie with %s, and spend nothing', async (_name, headers) => {
  const { cookie } = await signedUp();
  const refused = await refresh({ ...headers, cookie: `${NAME}=${cookie}` });
  expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  expect(cookieOf(refused)).toBeUndefined();
  const [row] = await app.rows(
    'select count(*)::int as spent from refresh_tokens where spent_at is not null',
  );
  const spent = row?.['spent'];
  await refresh({ origin: 'https://app.example.com', cookie: `${NAME}=${cookie}` });
  const [after] = await app.rows(
    'select count(*)::int as spent from refresh_tokens where spent_at is not null',
  );
  expect(after?.['spent']).toBe(Number(spent) + 1);
});

it('should miss the token when there is neither a cookie nor an argument', async () => {
  expect(codesOf(await refresh({ origin: 'https://app.example.com' }))).toEqual(['UNAUTHENTICATED']);
});

it('should take the argument before the cookie', async () => {
  const { cookie } = await signedUp();
  expect(codesOf(await refresh({}, cookie))).toEqual([]);
});

it.each([
  ['logout', 'mutation { logout }'],
  ['logoutAll', 'mutation { logoutAll }'],
  ['deleteAccount', `mutation { deleteAccount(password: "${PASSWORD}") }`],
])('should clear the cookie at %s', async (_name, query) => {
  const { accessToken, cookie } = await signedUp();
  const answer = await app.graphql(query, {}, { token: accessToken });
  expect(answer.errors).toEqual([]);
  const cleared = cookieOf(answer);
  expect(cleared?.value).toBe('');
  expect(cleared?.attributes).toEqual(
    expect.arrayContaining([...ATTRIBUTES, 'Expires=Thu, 01 Jan 1970 00:00:00 GMT']),
  );
  const late = await refresh({ origin: 'https://app.example.com', cookie: `${NAME}=${cookie}` });
  expect(codesOf(late)).toEqual(['INVALID_TOKEN']);
});

it('should clear the cookie when the caller revokes the session of this request, and only then', async () => {
  const { email, accessToken } = await signedUp();
  const { data: login } = await app.graphql<{ login: Signed }>(
    'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
    { i: { identifier: email, password: PASSWORD } },
  );
  const { data } = await app.graphql<{ mySessions: { id: string; isCurrent: boolean }[] }>(
    '{ mySessions { id isCurrent } }',
    {},
    { token: accessToken },
  );
  const idOf = (current: boolean) => data!.mySessions.find(({ isCurrent }) => isCurrent === current)!.id;
  const revoke = (id: string) =>
    app.graphql('mutation ($id: ID!) { revokeSession(id: $id) }', { id }, { token: accessToken });
  expect(login).not.toBeNull();
  expect(cookieOf(await revoke(idOf(false)))).toBeUndefined();
  expect(cookieOf(await revoke(idOf(true)))?.value).toBe('');
});

it('should tell the token neither to the body nor to the log', async () => {
  const { cookie } = await signedUp();
  const { text } = await app.postRaw(
    JSON.stringify({ query: 'mutation { refresh { tokens { accessToken refreshToken } } }' }),
    { origin: 'https://app.example.com', cookie: `${NAME}=${cookie}` },
  );
  expect(text).toContain('"refreshToken":null');
  expect(app.logLines.join('')).not.toContain(cookie);
});
