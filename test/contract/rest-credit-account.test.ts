import { type Account, creditFamily, PLAIN } from '../support/credit-family';
import { PASSWORD } from '../support/people';
import { refusal, rest, sql } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const { login, givenAccount } = creditFamily(app);

async function givenAdmin(username: string): Promise<Account> {
  const admin = await givenAccount(username);
  await sql(app, "update users set role = 'admin' where id = ?", [admin.id]);
  const { body } = await login({ username, password: PLAIN });
  return { ...admin, token: body.access_token as string };
}

describe('GET /auth/me', () => {
  it('should show another account to an administrator', async () => {
    const admin = await givenAdmin('chief');
    const other = await givenAccount('shown');
    const { status, body } = await rest(app, `GET /auth/me?user_id=${other.id}`, { token: admin.token });
    expect([status, body]).toEqual([200, { username: 'shown', email: 'shown@example.com' }]);
    const nobody = await rest(app, 'GET /auth/me?user_id=999999', { token: admin.token });
    expect(refusal(nobody)).toEqual([404, 'USER_NOT_FOUND']);
    const nonsense = await rest(app, 'GET /auth/me?user_id=abc', { token: admin.token });
    expect(refusal(nonsense)).toEqual([422, 'INVALID_INPUT']);
  });

  it("should answer 403 to anybody else's id, known or not, and 200 to one's own", async () => {
    const [one, other] = [await givenAccount('me1'), await givenAccount('me2')];
    for (const id of [other.id, 999999]) {
      expect(refusal(await rest(app, `GET /auth/me?user_id=${id}`, { token: one.token }))).toEqual([
        403,
        'FORBIDDEN',
      ]);
    }
    expect((await rest(app, `GET /auth/me?user_id=${one.id}`, { token: one.token })).status).toBe(200);
  });

  it('should answer 401 without a token', async () => {
    expect(refusal(await rest(app, 'GET /auth/me'))).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('GET /auth/users/{username}', () => {
  it('should answer 200 for oneself, in any case, and for an account without a username by its address', async () => {
    const one = await givenAccount('self');
    const { status, body } = await rest(app, 'GET /auth/users/SELF', { token: one.token });
    expect([status, body]).toEqual([
      200,
      { username: 'self', email: 'self@example.com', id: one.id, is_admin: false },
    ]);
    await rest(app, 'POST /api/auth/register', { json: { email: 'bare@example.com', password: PASSWORD } });
    const bare = await login({ username: 'bare@example.com', password: PASSWORD });
    const shown = await rest(app, 'GET /auth/users/bare%40example.com', {
      token: bare.body.access_token as string,
    });
    expect([shown.status, shown.body.username]).toEqual([200, null]);
  });

  it('should answer 200 for an address as long as one may be', async () => {
    const email = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`;
    await rest(app, 'POST /api/auth/register', { json: { email, password: PASSWORD } });
    const { body } = await login({ username: email, password: PASSWORD });
    const shown = await rest(app, `GET /auth/users/${encodeURIComponent(email)}`, {
      token: body.access_token as string,
    });
    expect([shown.status, shown.body.email]).toEqual([200, email]);
  });

  it('should answer 403 for any other name, known or not', async () => {
    const one = await givenAccount('nosy');
    for (const name of ['self', 'nobody-at-all', 'a', '%F0%9F%98%80']) {
      const answer = await rest(app, `GET /auth/users/${name}`, { token: one.token });
      expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('should show anyone to an administrator, and 404 for nobody', async () => {
    const admin = await givenAdmin('boss');
    await givenAccount('worker');
    const { status, body } = await rest(app, 'GET /auth/users/worker', { token: admin.token });
    expect([status, body.username]).toEqual([200, 'worker']);
    expect(refusal(await rest(app, 'GET /auth/users/nobody', { token: admin.token }))).toEqual([
      404,
      'USER_NOT_FOUND',
    ]);
  });

  it('should answer 401 without a token and 400 to a path that cannot be decoded', async () => {
    expect(refusal(await rest(app, 'GET /auth/users/self'))).toEqual([401, 'UNAUTHENTICATED']);
    expect(refusal(await rest(app, 'GET /auth/users/%zz'))).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('PUT /auth/users/{username}/password', () => {
  const change = (username: string, token: string, current: string, next: string) =>
    rest(app, `PUT /auth/users/${username}/password`, {
      token,
      json: { current_password: current, new_password: next },
    });

  it('should answer 200, end the other sessions and keep this one', async () => {
    const one = await givenAccount('changer');
    const other = await login({ username: 'changer', password: PLAIN });
    const { status, body } = await change('changer', one.token, PLAIN, 'newSecurePassword');
    expect([status, body]).toEqual([200, { message: 'Password updated successfully' }]);
    expect((await rest(app, 'GET /auth/me', { token: one.token })).status).toBe(200);
    expect((await rest(app, 'GET /auth/me', { token: other.body.access_token as string })).status).toBe(401);
    expect((await login({ username: 'changer', password: 'newSecurePassword' })).status).toBe(200);
  });

  it('should answer 401, 403, 404 and 422 as documented', async () => {
    const one = await givenAccount('keeper');
    const admin = await givenAdmin('keeper-admin');
    expect(refusal(await change('keeper', one.token, 'wrong', 'newSecurePassword'))).toEqual([
      401,
      'INVALID_CREDENTIALS',
    ]);
    expect(refusal(await change('changer', one.token, PLAIN, 'newSecurePassword'))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(refusal(await change('nobody', one.token, PLAIN, 'newSecurePassword'))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(refusal(await change('keeper', admin.token, PLAIN, 'newSecurePassword'))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(refusal(await change('nobody', admin.token, PLAIN, 'newSecurePassword'))).toEqual([
      404,
      'USER_NOT_FOUND',
    ]);
    const short = await change('keeper', one.token, PLAIN, 'short');
    expect([short.status, short.body.details[0].field]).toEqual([422, 'new_password']);
  });
});

describe('DELETE /auth/users/{username}', () => {
  it('should answer 200, and the account is gone', async () => {
    const { token } = await givenAccount('leaving');
    const { status, body } = await rest(app, 'DELETE /auth/users/leaving?password=securepassword', { token });
    expect([status, body]).toEqual([200, { message: 'User deleted successfully' }]);
    expect((await rest(app, 'GET /auth/me', { token })).status).toBe(401);
  });

  it('should answer 401, 403, 404 and 422 as documented, and log no password', async () => {
    const { token } = await givenAccount('staying');
    const admin = await givenAdmin('staying-admin');
    const remove = (name: string, by: string, query: string) =>
      rest(app, `DELETE /auth/users/${name}${query}`, { token: by });
    expect(refusal(await remove('staying', token, '?password=my-wrong-secret'))).toEqual([
      401,
      'INVALID_CREDENTIALS',
    ]);
    expect(refusal(await remove('fred', token, '?password=securepassword'))).toEqual([403, 'FORBIDDEN']);
    expect(refusal(await remove('nobody', admin.token, '?password=x'))).toEqual([404, 'USER_NOT_FOUND']);
    const none = await remove('staying', token, '');
    expect([none.status, none.body.details[0].field]).toEqual([422, 'password']);
    expect(app.logLines.join('')).not.toContain('my-wrong-secret');
  });
});
