import { changeEmail, resend, submit, verificationIn, verify } from '../support/account-flows';
import { mailTo } from '../support/mailbox';
import { givenUser, logIn, PASSWORD, tokenError, withoutEmail } from '../support/people';
import { useApp } from '../support/test-app';

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';

async function page(path: string): Promise<{ status: number; text: string }> {
  return app.request(path, { headers: { 'accept-language': 'en' } });
}

const app = useApp({ TRUST_PROXY: 'loopback' });

describe('a stranger who registers somebody else’s address before they do', () => {
  it('should be named by mail and page: which account, made when and from where', async () => {
    await app.graphql(
      REGISTER,
      { input: { email: 'named@example.com', password: PASSWORD, username: 'stranger' } },
      { headers: { 'x-forwarded-for': '198.51.100.77' } },
    );
    await resend(app, 'named@example.com');
    const { text } = await mailTo(app, 'named@example.com', 'verification code');
    for (const fact of ['stranger', '2026-01-15 12:00 UTC', '198.51.100.77']) expect(text).toContain(fact);
    const { token } = await verificationIn(app, 'named@example.com');
    const shown = await page(`/verify-email?user=1&token=${token}`);
    for (const fact of ['stranger', '2026-01-15 12:00 UTC', '198.51.100.77'])
      expect(shown.text).toContain(fact);
    expect(shown.text).toContain(`disown-account?token=${token}`);
    // Whoever has no link learns nothing.
    expect((await page('/verify-email?user=1&code=123456')).text).not.toContain('stranger');
  });

  it('should lose session and account when the owner of the mailbox says so', async () => {
    const stranger = await givenUser(app, { email: 'mine@example.com' });
    await resend(app, 'mine@example.com');
    const { token } = await verificationIn(app, 'mine@example.com');
    expect((await page(`/disown-account?token=${token}`)).status).toBe(200);
    expect(await tokenError(app, stranger.accessToken)).toBeNull();
    expect(await submit(app, 'disown-account', { token })).toBe(200);
    expect(await tokenError(app, stranger.accessToken)).toBe('INVALID_TOKEN');
    await expect(logIn(app, stranger)).rejects.toThrow('INVALID_CREDENTIALS');
    await givenUser(app, { email: 'mine@example.com' });
    expect(await submit(app, 'disown-account', { token })).toBe(400);
  });

  it('should keep an account of their own that only came to a wrong address', async () => {
    const person = await givenUser(app, { email: 'right@example.com' });
    await changeEmail(app, person, 'wrong@example.com');
    const { token } = await verificationIn(app, 'wrong@example.com');
    expect(await submit(app, 'disown-account', { token })).toBe(200);
    await logIn(app, person);
    await mailTo(app, 'right@example.com', 'stays as it was');
    await givenUser(app, { email: 'wrong@example.com' });
  });

  it('should keep an account that had no address before a wrong one', async () => {
    const person = await givenUser(app, { email: 'once@example.com', username: 'nameonly' });
    await withoutEmail(app, person);
    await changeEmail(app, person, 'mistyped@example.com');
    const { token } = await verificationIn(app, 'mistyped@example.com');
    expect(await submit(app, 'disown-account', { token })).toBe(200);
    await logIn(app, { ...person, email: 'nameonly' });
    await givenUser(app, { email: 'mistyped@example.com' });
  });

  it('should keep an account whose wrong address was spelled anew', async () => {
    const person = await givenUser(app, { email: 'spelled@example.com' });
    await changeEmail(app, person, 'Mistake@example.com');
    await changeEmail(app, person, 'mistake@example.com');
    await resend(app, 'mistake@example.com');
    const { token } = await verificationIn(app, 'mistake@example.com');
    expect(await submit(app, 'disown-account', { token })).toBe(200);
    await logIn(app, person);
  });

  it('should not be able to disown an account that is verified', async () => {
    const person = await givenUser(app);
    await resend(app, person.email);
    const { code, token } = await verificationIn(app, person.email);
    expect(await verify(app, person.id, code)).toBeNull();
    expect(await submit(app, 'disown-account', { token })).toBe(400);
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });
});

describe('an account that was asked to verify and never did', () => {
  it('should be gone after 30 days, and free its address', async () => {
    const register = (email: string) =>
      app.request('/balance_hub/auth/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: email.split('@')[0], email, password: PASSWORD }),
      });
    expect((await register('forgotten@example.com')).status).toBe(201);
    const other = await givenUser(app, { email: 'unasked@example.com' });
    app.clock.advance({ days: 29 });
    expect((await app.app.housekeeper.runRound())['unverified_accounts']).toBe(0);
    expect((await register('forgotten@example.com')).status).toBe(409);
    app.clock.advance({ days: 2 });
    expect((await app.app.housekeeper.runRound())['unverified_accounts']).toBe(1);
    expect((await register('forgotten@example.com')).status).toBe(201);
    // Nobody asked this one to verify anything.
    await logIn(app, other);
  });
});
