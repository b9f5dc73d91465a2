import { rest, sql } from '../support/rest';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

const register = (json: object) => rest(app, 'POST /api/auth/register', { json });
const login = (json: object) => rest(app, 'POST /api/auth/login', { json });
const refresh = (json: object) => rest(app, 'POST /api/auth/refresh', { json });

describe('POST /api/auth/register', () => {
  it('should answer 201 as the document shows', async () => {
    const { status, body, headers } = await register({
      email: 'user@Example.com',
      password: 'SecurePassword123!',
      first_name: 'John',
      last_name: 'Doe',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      status: 'success',
      data: {
        id: expect.any(Number) as number,
        email: 'user@example.com',
        first_name: 'John',
        last_name: 'Doe',
        is_active: true,
        created_at: '2026-01-15T12:00:00.000Z',
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('should take an account without names, and store none of the fields it does not know', async () => {
    const { status, body } = await register({
      email: 'plain@example.com',
      password: PASSWORD,
      first_name: null,
      is_admin: true,
      role: 'admin',
      id: 999,
      is_active: false,
    });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ first_name: null, last_name: null, is_active: true });
    expect(body.data.id).not.toBe(999);
    const signedIn = await login({ email: 'plain@example.com', password: PASSWORD });
    const me = await app.graphql(
      '{ me { isAdmin role } }',
      {},
      { token: signedIn.body.data.access_token as string },
    );
    expect(me.data).toEqual({ me: { isAdmin: false, role: 'USER' } });
  });

  it('should answer 409 when the email address is taken, in whatever case', async () => {
    await register({ email: 'taken@example.com', password: PASSWORD });
    const { status, body } = await register({ email: 'TAKEN@example.com', password: PASSWORD });
    expect([status, body.code, body.error]).toEqual([
      409,
      'USER_ALREADY_EXISTS',
      'UserAlreadyExistsException',
    ]);
  });

  it.each([
    [{ password: PASSWORD }, ['email']],
    [{ email: 'nobody', password: PASSWORD }, ['email']],
    [{ email: 'a@example.com' }, ['password']],
    [{ email: 'a@example.com', password: 12345678 }, ['password']],
    [{ email: 'a@example.com', password: 'short' }, ['password']],
    [{ email: 'a@example.com', password: 'alllowercase1!' }, ['password']],
    [{ email: 'a@example.com', password: 'NoDigitsHere!' }, ['password']],
    [{ email: 'a@example.com', password: 'NoSpecial123' }, ['password']],
    [{ email: 'a@example.com', password: `Aa1!${'x'.repeat(69)}` }, ['password']],
    [{ email: 'a@example.com', password: PASSWORD, first_name: 'x'.repeat(101) }, ['first_name']],
    [{ email: 'nobody', password: 'short', last_name: 'x'.repeat(101) }, ['email', 'password', 'last_name']],
    [[], ['body']],
    ['text', ['body']],
    [null, ['body']],
  ])('should answer 422 to %j and name %j', async (json, fields) => {
    const { status, body } = await register(json as object);
    expect([status, body.code]).toEqual([422, 'INVALID_INPUT']);
    expect((body.details as { field: string }[]).map(({ field }) => field)).toEqual(fields);
    expect(body).not.toHaveProperty('detail');
  });
});

describe('POST /api/auth/login', () => {
  beforeAll(() => register({ email: 'mary@example.com', password: PASSWORD, first_name: 'Mary' }));

  it('should answer 200 with the tokens and the user', async () => {
    const { status, body, headers } = await login({ email: ' Mary@example.com', password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      data: {
        token_type: 'bearer',
        expires_in: 3600,
        user: { email: 'mary@example.com', first_name: 'Mary', last_name: null },
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await rest(app, 'GET /auth/me', { token: body.data.access_token as string })).status).toBe(200);
  });

  it('should answer 401 with one message to a wrong email address and to a wrong password', async () => {
    const answers = await Promise.all([
      login({ email: 'mary@example.com', password: 'Wrong-Horse-7' }),
      login({ email: 'nobody@example.com', password: PASSWORD }),
      login({ email: 'mary@example.com', password: '' }),
    ]);
    for (const { status, body, headers } of answers) {
      expect([status, body.code, body.message]).toEqual([
        401,
        'INVALID_CREDENTIALS',
        'Invalid email or password',
      ]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('should answer 401 to a disabled account with the right password', async () => {
    const { body } = await register({ email: 'disabled@example.com', password: PASSWORD });
    await sql(app, 'update users set is_active = false, last_login_at = now() where id = ?', [body.data.id]);
    const { status, body: refusal } = await login({ email: 'disabled@example.com', password: PASSWORD });
    expect([status, refusal.code]).toEqual([401, 'ACCOUNT_DISABLED']);
  });

  it.each([
    [{ email: 'mary', password: PASSWORD }, ['email']],
    [{ password: PASSWORD }, ['email']],
    [{ email: 'mary@example.com' }, ['password']],
    [{ email: ['mary@example.com'], password: {} }, ['email', 'password']],
  ])('should answer 422 to %j and name %j', async (json, fields) => {
    const { status, body } = await login(json);
    expect([status, body.code]).toEqual([422, 'INVALID_INPUT']);
    expect((body.details as { field: string }[]).map(({ field }) => field)).toEqual(fields);
  });
});

describe('POST /api/auth/refresh', () => {
  it('should answer 200 with new tokens in the shape of login, and spend the old one', async () => {
    await register({ email: 'rita@example.com', password: PASSWORD });
    const first = await login({ email: 'rita@example.com', password: PASSWORD });
    const second = await refresh({ refresh_token: first.body.data.refresh_token });
    expect(second.status).toBe(200);
    expect(Object.keys(second.body.data as object)).toEqual(Object.keys(first.body.data as object));
    expect(second.body.data.refresh_token).not.toBe(first.body.data.refresh_token);
    app.clock.advance({ seconds: 11 });
    const stolen = await refresh({ refresh_token: first.body.data.refresh_token });
    expect([stolen.status, stolen.body.code]).toEqual([401, 'INVALID_TOKEN']);
  });

  it('should answer 401 to what is no refresh token, and to one past its time', async () => {
    const { body } = await login({ email: 'rita@example.com', password: PASSWORD });
    for (const token of ['nonsense', body.data.access_token as string, '']) {
      const { status, body: refusal } = await refresh({ refresh_token: token });
      expect([status, refusal.code]).toEqual([401, 'INVALID_TOKEN']);
    }
    app.clock.advance({ days: 31 });
    const { status, body: late } = await refresh({ refresh_token: body.data.refresh_token });
    expect([status, late.code]).toEqual([401, 'TOKEN_EXPIRED']);
  });

  it('should answer 422 without a token', async () => {
    const { status, body } = await refresh({});
    expect([status, body.details[0].field]).toEqual([422, 'refresh_token']);
  });
});
