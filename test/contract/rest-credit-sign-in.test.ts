import { creditFamily, PLAIN } from '../support/credit-family';
import { PASSWORD } from '../support/people';
import { refusal, rest } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const { register, login, givenAccount } = creditFamily(app);

describe('POST /auth/register', () => {
  it('should answer 201 as the document shows, with a token that works', async () => {
    const { status, body } = await register({
      username: 'johndoe',
      email: 'johndoe@example.com',
      password: PLAIN,
    });
    expect([status, body]).toEqual([
      201,
      {
        message: 'User registered successfully',
        username: 'johndoe',
        access_token: expect.any(String) as string,
        token_type: 'bearer',
      },
    ]);
    const me = await rest(app, 'GET /auth/me', { token: body.access_token as string });
    expect([me.status, me.body]).toEqual([200, { username: 'johndoe', email: 'johndoe@example.com' }]);
  });

  it('should answer 409 when the username or the email address is taken', async () => {
    await givenAccount('first');
    expect(refusal(await register({ username: 'FIRST', email: 'x@example.com', password: PLAIN }))).toEqual([
      409,
      'USER_ALREADY_EXISTS',
    ]);
    expect(
      refusal(await register({ username: 'second', email: 'First@example.com', password: PLAIN })),
    ).toEqual([409, 'USER_ALREADY_EXISTS']);
  });

  it.each([
    ['a short username', { username: 'ab' }, 'username'],
    ['a long username', { username: 'x'.repeat(51) }, 'username'],
    ['a username with an "@"', { username: 'some@body.example' }, 'username'],
    ['a username with a space', { username: 'two words' }, 'username'],
    ['no username', { username: undefined }, 'username'],
    ['a malformed email address', { email: 'nowhere' }, 'email'],
    ['a short password', { password: 'seven77' }, 'password'],
  ])('should answer 422 to %s', async (_what, change, field) => {
    const json = { username: 'somebody', email: 'somebody@example.com', password: PLAIN, ...change };
    const { status, body } = await register(json);
    expect([status, body.code, body.details[0].field]).toEqual([422, 'INVALID_INPUT', field]);
  });
});

describe('POST /auth/login', () => {
  it.each([
    [
      'a form',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        raw: 'username=fred&password=securepassword',
      },
    ],
    ['JSON', { json: { username: 'fred', password: PLAIN } }],
    [
      'the email address in place of the username',
      { json: { username: 'FRED@example.com', password: PLAIN } },
    ],
  ])('should answer 200 to %s', async (_what, request) => {
    await register({ username: 'fred', email: 'fred@example.com', password: PLAIN });
    const { status, body } = await rest(app, 'POST /auth/login', request);
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String) as string, token_type: 'bearer' },
    ]);
  });

  it('should answer 401 to a wrong username or password with one message', async () => {
    const wrong = await login({ username: 'fred', password: 'wrong-password' });
    const unknown = await login({ username: 'nobody', password: PLAIN });
    expect(refusal(wrong)).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(unknown.body.message).toBe(wrong.body.message);
    expect(wrong.body.detail).toBe(wrong.body.message);
  });

  it('should answer 422 to a form without a password', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await rest(app, 'POST /auth/login', { headers, raw: 'username=fred' });
    expect([status, body.details]).toEqual([422, [{ field: 'password', message: 'is required' }]]);
  });

  it('should take forms nowhere else', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await rest(app, 'POST /auth/register', { headers, raw: 'username=fred' });
    expect(status).toBe(415);
  });
});

describe('POST /auth/refresh', () => {
  const refresh = (token: unknown) => rest(app, 'POST /auth/refresh', { json: { token } });

  it('should give another access token for a live one, and spend nothing', async () => {
    const { token } = await givenAccount('renewer');
    app.clock.advance({ minutes: 30 });
    const { status, body } = await refresh(token);
    expect([status, Object.keys(body as object).sort()]).toEqual([200, ['access_token', 'token_type']]);
    app.clock.advance({ minutes: 31 });
    expect((await rest(app, 'GET /auth/me', { token })).body.code).toBe('TOKEN_EXPIRED');
    expect((await rest(app, 'GET /auth/me', { token: body.access_token as string })).status).toBe(200);
    const out = await rest(app, 'POST /auth/logout', { token: body.access_token as string });
    expect(out.body).toEqual({ message: 'Successfully logged out' });
    expect(refusal(await refresh(body.access_token))).toEqual([401, 'INVALID_TOKEN']);
  });

  it('should rotate a refresh token and add its successor', async () => {
    await rest(app, 'POST /api/auth/register', { json: { email: 'rot@example.com', password: PASSWORD } });
    const signedIn = await rest(app, 'POST /api/auth/login', {
      json: { email: 'rot@example.com', password: PASSWORD },
    });
    const { status, body } = await refresh(signedIn.body.data.refresh_token);
    expect([status, Object.keys(body as object).sort()]).toEqual([
      200,
      ['access_token', 'refresh_token', 'token_type'],
    ]);
    expect((await rest(app, 'GET /auth/me', { token: body.access_token as string })).status).toBe(200);
  });

  it('should answer 401 to an expired or invalid token, and 422 without one', async () => {
    const { token } = await givenAccount('expirer');
    app.clock.advance({ hours: 2 });
    expect(refusal(await refresh(token))).toEqual([401, 'TOKEN_EXPIRED']);
    expect(refusal(await refresh('a.b.c'))).toEqual([401, 'INVALID_TOKEN']);
    expect(refusal(await refresh('nonsense'))).toEqual([401, 'INVALID_TOKEN']);
    expect(refusal(await refresh(undefined))).toEqual([422, 'INVALID_INPUT']);
  });
});

describe('POST /auth/logout', () => {
  it('should answer 401 without a token', async () => {
    expect(refusal(await rest(app, 'POST /auth/logout'))).toEqual([401, 'UNAUTHENTICATED']);
  });
});
