import { mailsTo, subjectsTo, tokenFor } from '../support/mailbox';
import { refusal, rest } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const OLD = 'SecurePassword1';

async function givenAccount(username: string): Promise<{ email: string; token: string }> {
  const email = `${username}@example.com`;
  const { body } = await rest(app, 'POST /auth/register', { json: { username, email, password: OLD } });
  return { email, token: body.access_token as string };
}

/** The same story in the words of each family. */
const families = [
  {
    family: 'credit',
    ask: 'POST /auth/password-reset-request',
    asked: 'Password reset link sent to email if account exists',
    reset: 'POST /auth/reset-password',
    done: 'Password has been reset successfully',
    field: 'token',
    weak: 'seven77',
  },
  {
    family: 'balancehub',
    ask: 'POST /balance_hub/auth/password/forget',
    asked: "If that email exists, we've sent a reset link",
    reset: 'POST /balance_hub/auth/password/reset',
    done: 'Successfully changed password',
    field: 'code',
    weak: 'lowercase1',
  },
];

describe.each(families)('password reset of $family', ({ family, ask, asked, reset, done, field, weak }) => {
  const resetWith = (token: string, password: string) =>
    rest(app, reset, { json: { [field]: token, new_password: password } });

  it('should answer the same for known and unknown addresses, and mail the known one only', async () => {
    const { email } = await givenAccount(`asker${family}`);
    for (const address of [email, `nobody-${family}@example.com`]) {
      const { status, body } = await rest(app, ask, { json: { email: address } });
      expect([status, body]).toEqual([200, { message: asked }]);
    }
    expect((await mailsTo(app, email)).length).toBe(2);
    expect(await subjectsTo(app, `nobody-${family}@example.com`)).toEqual([]);
    expect(refusal(await rest(app, ask, { json: { email: 'nowhere' } }))).toEqual([422, 'INVALID_INPUT']);
  });

  it('should set the password once, and end every session', async () => {
    const { email, token } = await givenAccount(`resetter${family}`);
    await rest(app, ask, { json: { email } });
    const secret = await tokenFor(app, email, 'password');
    expect(refusal(await resetWith(secret, weak))).toEqual([422, 'INVALID_INPUT']);
    const { status, body } = await resetWith(secret, 'NewPassword1');
    expect([status, body]).toEqual([200, { message: done }]);
    expect(refusal(await rest(app, 'GET /auth/me', { token }))).toEqual([401, 'INVALID_TOKEN']);
    expect(refusal(await resetWith(secret, 'OtherPassword1'))).toEqual([400, 'INVALID_RESET_TOKEN']);
    const json = { username: email, password: 'NewPassword1' };
    expect((await rest(app, 'POST /auth/login', { json })).status).toBe(200);
  });

  it('should answer 400 to a wrong or expired token', async () => {
    const { email } = await givenAccount(`late${family}`);
    await rest(app, ask, { json: { email } });
    const secret = await tokenFor(app, email, 'password');
    expect(refusal(await resetWith('nonsense', 'NewPassword1'))).toEqual([400, 'INVALID_RESET_TOKEN']);
    app.clock.advance({ minutes: 61 });
    expect(refusal(await resetWith(secret, 'NewPassword1'))).toEqual([400, 'INVALID_RESET_TOKEN']);
  });
});

it('should send a welcome mail to who registers in the family credit', async () => {
  const { email } = await givenAccount('welcomed');
  expect(await subjectsTo(app, email)).toEqual([expect.stringContaining('elcome') as string]);
});

describe('PUT /auth/users/{username}/email', () => {
  const change = (username: string, token: string, json: object) =>
    rest(app, `PUT /auth/users/${username}/email`, { token, json });

  it('should answer 200 with the new address, and mail both', async () => {
    const { email, token } = await givenAccount('mover');
    const json = { new_email: 'moved@example.com', current_password: OLD };
    const { status, body } = await change('mover', token, json);
    expect([status, body]).toEqual([
      200,
      { message: 'Email updated successfully', username: 'mover', email: 'moved@example.com' },
    ]);
    expect((await mailsTo(app, email)).length).toBeGreaterThan(1);
    expect((await mailsTo(app, 'moved@example.com')).length).toBe(1);
  });

  it('should answer 400 when the address is taken, as the document says', async () => {
    const { token } = await givenAccount('wisher');
    await givenAccount('owner');
    const json = { new_email: 'OWNER@example.com', current_password: OLD };
    expect(refusal(await change('wisher', token, json))).toEqual([400, 'USER_ALREADY_EXISTS']);
  });

  it('should answer 400 when somebody registered under that address as a login', async () => {
    const login = { login: 'loginname@example.com', password: OLD };
    await rest(app, 'POST /api/register', { json: login });
    const signedIn = await rest(app, 'POST /api/login', { json: login });
    const away = { new_email: 'away@example.com', current_password: OLD };
    await change('loginname@example.com', signedIn.body.access_token as string, away);
    const { token } = await givenAccount('shadow');
    const json = { new_email: 'loginname@example.com', current_password: OLD };
    expect(refusal(await change('shadow', token, json))).toEqual([400, 'USER_ALREADY_EXISTS']);
  });

  it('should answer 401, 403 and 422 as documented', async () => {
    const { token } = await givenAccount('stayer');
    const json = { new_email: 'new@example.com', current_password: OLD };
    expect(refusal(await change('stayer', token, { ...json, current_password: 'x' }))).toEqual([
      401,
      'INVALID_CREDENTIALS',
    ]);
    expect(refusal(await change('owner', token, json))).toEqual([403, 'FORBIDDEN']);
    const malformed = await change('stayer', token, { ...json, new_email: 'nowhere' });
    expect([malformed.status, malformed.body.details[0].field]).toEqual([422, 'new_email']);
  });
});
