import { codeFor } from '../support/mailbox';
import { refusal, rest, type RestOptions } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const PLAIN = 'SecurePassword1';

const post = (path: string, json: unknown, options: RestOptions = {}) =>
  rest(app, `POST /balance_hub/auth/${path}`, { json, ...options });
const login = (email: string, password = PLAIN) => post('login', { email, password });

interface Account {
  readonly id: number;
  readonly email: string;
}

async function givenUnverified(username: string): Promise<Account> {
  const email = `${username}@example.com`;
  const { body } = await post('register', { username, email, password: PLAIN, full_name: 'John Doe' });
  return { id: body.user_id as number, email };
}

describe('POST /balance_hub/auth/register', () => {
  it('should answer 201 as the document shows, and send a six-digit code', async () => {
    const json = {
      username: 'johndoe',
      email: 'johndoe@example.com',
      password: PLAIN,
      full_name: 'John Doe',
    };
    const { status, body } = await post('register', json);
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        message: 'Registration successful! Please check your email to verify your account',
        user_id: expect.any(Number) as number,
        next_step: 'Verify email',
      },
    ]);
    expect(await codeFor(app, 'johndoe@example.com')).toMatch(/^\d{6}$/);
  });

  it('should answer 409 when the username or the email address is taken', async () => {
    await givenUnverified('taken');
    const json = { username: 'Taken', email: 'other@example.com', password: PLAIN };
    expect(refusal(await post('register', json))).toEqual([409, 'USER_ALREADY_EXISTS']);
    expect(
      refusal(await post('register', { ...json, username: 'other', email: 'taken@example.com' })),
    ).toEqual([409, 'USER_ALREADY_EXISTS']);
  });

  it.each([
    ['a username with a dot', { username: 'john.doe' }, 'username'],
    ['a username of two letters', { username: 'jo' }, 'username'],
    ['a malformed email address', { email: 'nowhere' }, 'email'],
    ['a password without an uppercase letter', { password: 'securepassword1' }, 'password'],
    ['a password without a lowercase letter', { password: 'SECUREPASSWORD1' }, 'password'],
    ['a password without a digit', { password: 'SecurePassword' }, 'password'],
    ['a password of seven characters', { password: 'Secure1' }, 'password'],
    ['a full name of 101 characters', { full_name: 'x'.repeat(101) }, 'full_name'],
    ['no username', { username: undefined }, 'username'],
  ])('should answer 422 to %s', async (_what, change, field) => {
    const json = { username: 'somebody', email: 'somebody@example.com', password: PLAIN, ...change };
    const { status, body } = await post('register', json);
    expect([status, body.details[0].field, body.detail]).toEqual([422, field, body.message]);
  });
});

describe('POST /balance_hub/auth/verify-email', () => {
  it('should answer 200, and the account can sign in from then on', async () => {
    const { id, email } = await givenUnverified('verifier');
    expect(refusal(await login(email))).toEqual([401, 'EMAIL_NOT_VERIFIED']);
    const elsewhere = await rest(app, 'POST /api/auth/login', { json: { email, password: PLAIN } });
    expect(refusal(elsewhere)).toEqual([401, 'EMAIL_NOT_VERIFIED']);
    const code = await codeFor(app, email);
    const { status, body } = await post('verify-email', { user_id: id, code });
    expect([status, body]).toEqual([
      200,
      { success: true, message: 'Email verified successfully', user_id: id },
    ]);
    expect((await login(email)).status).toBe(200);
    expect(refusal(await post('verify-email', { user_id: id, code }))).toEqual([
      400,
      'INVALID_VERIFICATION_CODE',
    ]);
  });

  it('should answer 400 to a wrong code, an expired one and after five wrong tries', async () => {
    const { id, email } = await givenUnverified('guesser');
    const code = await codeFor(app, email);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let i = 0; i < 5; i += 1) {
      expect(refusal(await post('verify-email', { user_id: id, code: wrong }))).toEqual([
        400,
        'INVALID_VERIFICATION_CODE',
      ]);
    }
    expect((await post('verify-email', { user_id: id, code })).status).toBe(400);
    const late = await givenUnverified('latecomer');
    const lateCode = await codeFor(app, late.email);
    app.clock.advance({ minutes: 16 });
    expect((await post('verify-email', { user_id: late.id, code: lateCode })).status).toBe(400);
    expect((await post('verify-email', { user_id: 999999, code })).status).toBe(400);
  });

  it('should answer 422 to an id that is no number', async () => {
    const { status, body } = await post('verify-email', { user_id: '1', code: '123456' });
    expect([status, body.details]).toEqual([422, [{ field: 'user_id', message: 'must be a number' }]]);
  });
});

describe('POST /balance_hub/auth/resend-verification', () => {
  it.each(['body', 'query'])(
    'should answer 200 to a user_id in the %s, and a new code replaces the old one',
    async (place) => {
      const { id, email } = await givenUnverified(`resend${place}`);
      const first = await codeFor(app, email);
      app.clock.advance({ minutes: 1 });
      const answer =
        place === 'body'
          ? await post('resend-verification', { user_id: id })
          : await rest(app, `POST /balance_hub/auth/resend-verification?user_id=${id}`);
      expect([answer.status, answer.body]).toEqual([
        200,
        { success: true, message: expect.any(String) as string, user_id: id },
      ]);
      const second = await codeFor(app, email);
      if (second !== first)
        expect((await post('verify-email', { user_id: id, code: first })).status).toBe(400);
      expect((await post('verify-email', { user_id: id, code: second })).status).toBe(200);
    },
  );

  it('should answer 404 for nobody, and 422 without an id', async () => {
    expect(refusal(await post('resend-verification', { user_id: 999999 }))).toEqual([404, 'USER_NOT_FOUND']);
    expect(refusal(await rest(app, 'POST /balance_hub/auth/resend-verification'))).toEqual([
      422,
      'INVALID_INPUT',
    ]);
  });
});
