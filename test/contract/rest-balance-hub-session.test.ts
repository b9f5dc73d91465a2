import { codeFor } from '../support/mailbox';
import { refusal, rest, type RestAnswer, type RestOptions } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const PLAIN = 'SecurePassword1';

const post = (path: string, json: unknown, options: RestOptions = {}) =>
  rest(app, `POST /balance_hub/auth/${path}`, { json, ...options });
const login = (email: string, password = PLAIN) => post('login', { email, password });
const cookieOf = ({ headers }: RestAnswer) =>
  /^access_token=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1];

interface Account {
  readonly id: number;
  readonly email: string;
}

async function givenUnverified(username: string): Promise<Account> {
  const email = `${username}@example.com`;
  const { body } = await post('register', { username, email, password: PLAIN, full_name: 'John Doe' });
  return { id: body.user_id as number, email };
}

async function givenCookie(username: string): Promise<Account & { cookie: string }> {
  const account = await givenUnverified(username);
  await post('verify-email', { user_id: account.id, code: await codeFor(app, account.email) });
  return { ...account, cookie: cookieOf(await login(account.email)) ?? '' };
}

describe('POST /balance_hub/auth/login', () => {
  it('should answer 200 with the user and set the cookie', async () => {
    const { id, email } = await givenCookie('cookie1');
    const answer = await login(email);
    expect(answer.body).toEqual({
      user: {
        id,
        username: 'cookie1',
        email,
        full_name: 'John Doe',
        is_active: true,
        role: 'user',
        created_at: expect.any(String) as string,
        updated_at: expect.any(String) as string,
      },
      message: 'Login successful',
    });
    // The tests' PUBLIC_URL is http://, so the cookie is not Secure.
    expect(answer.headers.get('set-cookie')).toMatch(
      /^access_token=[^;]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('should answer 401 with one message, and set no cookie', async () => {
    const { email } = await givenCookie('cookie2');
    const wrong = await login(email, 'WrongPassword1');
    const unknown = await login('nobody@example.com');
    expect(refusal(wrong)).toEqual([401, 'INVALID_CREDENTIALS']);
    expect([unknown.status, unknown.body.message]).toEqual([401, wrong.body.message]);
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });
});

describe('the session cookie', () => {
  it('should sign in me, update-user and logout, and die with logout', async () => {
    const { email, cookie } = await givenCookie('cookie3');
    expect((await rest(app, 'GET /balance_hub/auth/me', { cookie })).body.email).toBe(email);
    const out = await rest(app, 'POST /balance_hub/auth/logout', { cookie });
    expect([out.status, out.body]).toEqual([200, { message: 'Successfully logged out' }]);
    expect(out.headers.get('set-cookie')).toMatch(/^access_token=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
    expect(refusal(await rest(app, 'GET /balance_hub/auth/me', { cookie }))).toEqual([401, 'INVALID_TOKEN']);
  });

  it('should be worth nothing in another family', async () => {
    const { cookie } = await givenCookie('cookie4');
    expect(refusal(await rest(app, 'GET /auth/me', { cookie }))).toEqual([401, 'UNAUTHENTICATED']);
    expect((await rest(app, 'GET /balance_hub/auth/me', { token: cookie })).status).toBe(200);
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
  ])('should be refused with 403 for a change that comes from %s', async (_what, headers) => {
    const { cookie } = await givenCookie(`csrf${Object.values(headers)[0]!.replaceAll(/\W/g, '')}`);
    const put = await rest(app, 'PUT /balance_hub/auth/update-user', {
      cookie,
      headers,
      json: { full_name: 'Evil' },
    });
    expect(refusal(put)).toEqual([403, 'FORBIDDEN']);
    expect(refusal(await rest(app, 'POST /balance_hub/auth/logout', { cookie, headers }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect((await rest(app, 'GET /balance_hub/auth/me', { cookie, headers })).body.full_name).toBe(
      'John Doe',
    );
  });

  it('should be taken from our own origin and from one that is allowed', async () => {
    const { cookie } = await givenCookie('csrfok');
    const put = (headers: Record<string, string>) =>
      rest(app, 'PUT /balance_hub/auth/update-user', { cookie, headers, json: { full_name: 'Me' } });
    expect((await put({ origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' })).status).toBe(
      200,
    );
    expect((await put({})).status).toBe(200);
  });
});

describe('POST /balance_hub/auth/logout', () => {
  it.each([
    ['without a session', {}],
    ['with a dead cookie', { cookie: 'nonsense' }],
    ['with a malformed header', { headers: { authorization: 'Basic x' } }],
  ])('should answer 200 %s', async (_what, options) => {
    expect((await rest(app, 'POST /balance_hub/auth/logout', options)).status).toBe(200);
  });
});

describe('PUT /balance_hub/auth/update-user', () => {
  const put = (cookie: string | undefined, json: object) =>
    rest(app, 'PUT /balance_hub/auth/update-user', { cookie, json });

  it('should change what is given and ignore everything else', async () => {
    const { id, email, cookie } = await givenCookie('updater');
    const { status, body } = await put(cookie, {
      username: 'updated',
      full_name: 'New Name',
      email: 'evil@example.com',
      role: 'admin',
      is_active: false,
      id: 7,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      email,
      username: 'updated',
      full_name: 'New Name',
      role: 'user',
      is_active: true,
    });
    const kept = await put(cookie, { username: null });
    expect(kept.body).toMatchObject({ username: 'updated', full_name: 'New Name' });
  });

  it('should answer 401, 409 and 422 as documented', async () => {
    const { cookie } = await givenCookie('updater2');
    await givenUnverified('occupied');
    expect(refusal(await put(undefined, { username: 'x' }))).toEqual([401, 'UNAUTHENTICATED']);
    expect(refusal(await put(cookie, { username: 'Occupied' }))).toEqual([409, 'USER_ALREADY_EXISTS']);
    expect(refusal(await put(cookie, { username: 'not.allowed' }))).toEqual([422, 'INVALID_INPUT']);
    expect(refusal(await put(cookie, { full_name: 'x'.repeat(101) }))).toEqual([422, 'INVALID_INPUT']);
  });
});
