import { PASSWORD } from '../support/people';
import { rest, sql } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const PLAIN = 'securepassword123';

const register = (json: object) => rest(app, 'POST /api/register', { json });
const login = (json: object) => rest(app, 'POST /api/login', { json });

async function givenAccount(name: string): Promise<{ id: number; token: string }> {
  const { body } = await register({ login: name, password: PLAIN });
  const signedIn = await login({ login: name, password: PLAIN });
  return { id: body.id as number, token: signedIn.body.access_token as string };
}

describe('POST /api/register', () => {
  it('should answer 201 with the id, as the document shows', async () => {
    const { status, body, headers } = await register({ login: 'user', password: PLAIN });
    expect([status, body]).toEqual([201, { id: expect.any(Number) as number }]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['abc', 'x'.repeat(100), 'two words', 'Jürgen', '日本語', "o'hara; drop table users"])(
    'should take the login %j, and sign it in in upper case too',
    async (name) => {
      expect((await register({ login: name, password: PLAIN })).status).toBe(201);
      const { status } = await login({ login: name.toUpperCase(), password: PLAIN });
      expect(status).toBe(200);
    },
  );

  it('should store a login with an "@" as the username and as the email address', async () => {
    const { token } = await givenAccount('Both@Example.com');
    const { body } = await rest(app, 'GET /api/profile', { token });
    expect(body).toMatchObject({ login: 'Both@example.com', email: 'Both@example.com' });
  });

  it('should open no session that nobody holds', async () => {
    const { token } = await givenAccount('single');
    const { data } = await app.graphql('{ mySessions { isCurrent } }', {}, { token });
    expect(data).toEqual({ mySessions: [{ isCurrent: true }] });
  });

  it('should answer 409 when the login is taken, also as an email address', async () => {
    await register({ login: 'taken', password: PLAIN });
    expect((await register({ login: 'TAKEN', password: PLAIN })).status).toBe(409);
    await rest(app, 'POST /api/auth/register', { json: { email: 'mail@example.com', password: PASSWORD } });
    const { status, body } = await register({ login: 'mail@example.com', password: PLAIN });
    expect([status, body.code, body.detail]).toEqual([409, 'USER_ALREADY_EXISTS', body.message]);
  });

  it('should keep an email address taken that somebody has as the login, whatever address that account has now', async () => {
    const { id } = await givenAccount('first@example.com');
    await sql(app, "update users set email = 'second@example.com' where id = ?", [id]);
    const json = { email: 'First@example.com', password: PASSWORD };
    expect((await rest(app, 'POST /api/auth/register', { json })).status).toBe(409);
    expect((await login({ login: 'first@example.com', password: PLAIN })).status).toBe(200);
    expect((await login({ login: 'second@example.com', password: PLAIN })).status).toBe(200);
  });

  it.each([
    ['a login of two characters', { login: 'ab', password: PLAIN }, ['login']],
    ['a login of 101 characters', { login: 'x'.repeat(101), password: PLAIN }, ['login']],
    ['a login with an "@" that is no address', { login: 'not@address', password: PLAIN }, ['login']],
    ['a login with a control character', { login: 'a\nbcd', password: PLAIN }, ['login']],
    ['a password of seven characters', { login: 'somebody', password: 'seven77' }, ['password']],
    ['a password of 73 bytes', { login: 'somebody', password: 'x'.repeat(73) }, ['password']],
    ['nothing', {}, ['login', 'password']],
    ['numbers', { login: 123, password: 12345678 }, ['login', 'password']],
  ])('should answer 422 to %s', async (_what, json, fields) => {
    const { status, body } = await register(json);
    expect([status, body.code]).toEqual([422, 'INVALID_INPUT']);
    expect((body.details as { field: string }[]).map(({ field }) => field)).toEqual(fields);
    expect(body.detail).toBe(body.message);
  });
});

describe('POST /api/login', () => {
  it('should answer 200 with an access token', async () => {
    await register({ login: 'lena', password: PLAIN });
    const { status, body, headers } = await login({ login: 'lena', password: PLAIN });
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String) as string, token_type: 'bearer' },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('should answer 401 with the message "Invalid credentials"', async () => {
    for (const json of [
      { login: 'lena', password: 'wrong-password' },
      { login: 'nobody', password: PLAIN },
    ]) {
      const { status, body, headers } = await login(json);
      expect([status, body.code, body.message, body.detail]).toEqual([
        401,
        'INVALID_CREDENTIALS',
        'Invalid credentials',
        'Invalid credentials',
      ]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('should answer 422 without a login', async () => {
    const { status, body } = await login({ login: '', password: PLAIN });
    expect([status, body.details[0].field]).toEqual([422, 'login']);
  });
});

describe('POST /api/logout', () => {
  it('should answer 200, and the token is dead at once', async () => {
    const { token } = await givenAccount('leaver');
    const { status, body } = await rest(app, 'POST /api/logout', { token });
    expect([status, body]).toEqual([200, { message: 'Successfully logged out' }]);
    const { status: after, body: refusal } = await rest(app, 'GET /api/profile', { token });
    expect([after, refusal.code]).toEqual([401, 'INVALID_TOKEN']);
  });

  it('should take an empty body that is announced as JSON', async () => {
    const { token } = await givenAccount('announcer');
    const headers = { 'content-type': 'application/json' };
    expect((await rest(app, 'POST /api/logout', { token, headers, raw: '' })).status).toBe(200);
  });

  it('should answer 401 without a token', async () => {
    const { status, body, headers } = await rest(app, 'POST /api/logout');
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'UNAUTHENTICATED', 'Bearer']);
  });
});

describe('GET /api/profile', () => {
  it('should answer 200 with the account', async () => {
    const { id, token } = await givenAccount('viewer');
    const { status, body } = await rest(app, 'GET /api/profile', { token });
    const now = app.clock.now().toISOString();
    expect([status, body]).toEqual([
      200,
      { id, login: 'viewer', email: null, created_at: now, updated_at: now, last_login: now },
    ]);
  });

  it('should call an account without a username by its email address', async () => {
    const json = { email: 'nameless@example.com', password: PASSWORD };
    await rest(app, 'POST /api/auth/register', { json });
    const { body } = await login({ login: 'nameless@example.com', password: PASSWORD });
    const profile = await rest(app, 'GET /api/profile', { token: body.access_token as string });
    expect(profile.body.login).toBe('nameless@example.com');
  });

  it.each([
    ['no token', undefined, 'UNAUTHENTICATED'],
    ['another scheme', 'Basic dTpw', 'INVALID_TOKEN'],
    ['a malformed token', 'Bearer nonsense', 'INVALID_TOKEN'],
  ])('should answer 401 to %s', async (_what, authorization, code) => {
    const headers = authorization === undefined ? {} : { authorization };
    const { status, body } = await rest(app, 'GET /api/profile', { headers });
    expect([status, body.code]).toEqual([401, code]);
  });

  it('should answer 401 to a token past its time', async () => {
    const { token } = await givenAccount('late');
    app.clock.advance({ hours: 2 });
    const { status, body } = await rest(app, 'GET /api/profile', { token });
    expect([status, body.code]).toEqual([401, 'TOKEN_EXPIRED']);
  });
});

describe('POST /api/delete', () => {
  const remove = (json: object, token?: string) => rest(app, 'POST /api/delete', { json, token });

  it('should answer 200 without a token, and every session of the user is dead at once', async () => {
    const { token } = await givenAccount('goner');
    const { status, body } = await remove({ login: 'goner', password: PLAIN });
    expect([status, body]).toEqual([200, { message: 'User deleted successfully' }]);
    expect((await rest(app, 'GET /api/profile', { token })).body.code).toBe('INVALID_TOKEN');
    expect((await login({ login: 'goner', password: PLAIN })).status).toBe(401);
  });

  it("should answer 200 with the account's own token", async () => {
    const { token } = await givenAccount('goner2');
    expect((await remove({ login: 'goner2', password: PLAIN }, token)).status).toBe(200);
  });

  it('should answer 401 to a wrong password, to the token of somebody else and to a dead one', async () => {
    const { token } = await givenAccount('stayer');
    const other = await givenAccount('other');
    const answers = [
      await remove({ login: 'stayer', password: 'wrong-password' }, token),
      await remove({ login: 'stayer', password: PLAIN }, other.token),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code, body.message]).toEqual([401, 'INVALID_CREDENTIALS', 'Invalid credentials']);
    }
    const dead = await remove({ login: 'stayer', password: PLAIN }, 'nonsense');
    expect([dead.status, dead.body.code]).toEqual([401, 'INVALID_TOKEN']);
    expect((await rest(app, 'GET /api/profile', { token })).status).toBe(200);
  });
});
