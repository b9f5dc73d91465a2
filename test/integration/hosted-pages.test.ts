import { codeFor, mailTo, tokenFor } from '../support/mailbox';
import { givenUser, logIn, PASSWORD } from '../support/people';
import { useApp, type TestApp } from '../support/test-app';

const NEW_PASSWORD = 'Better-Horse-8';

interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

async function open(app: TestApp, path: string, language = 'en'): Promise<Page> {
  const response = await fetch(`${app.url}${path}`, { headers: { 'accept-language': language } });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

async function submit(
  app: TestApp,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Page> {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${app.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

async function requestedToken(app: TestApp, email: string): Promise<string> {
  await app.graphql('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
  return tokenFor(app, email, 'Reset your password');
}

describe('/reset-password', () => {
  const app = useApp();

  it('should be where the link in the mail leads, and set the password', async () => {
    const person = await givenUser(app);
    const token = await requestedToken(app, person.email);
    const { text } = await mailTo(app, person.email, 'Reset your password');
    expect(text).toContain(`http://localhost:4000/reset-password?token=${token}`);

    const form = await open(app, `/reset-password?token=${token}`);
    expect(form.status).toBe(200);
    expect(form.html).toContain(`name="token" value="${token}"`);
    const done = await submit(app, '/reset-password', { token, newPassword: NEW_PASSWORD });
    expect(done.status).toBe(200);
    expect(done.html).toContain('Password changed');
    await logIn(app, { ...person, password: NEW_PASSWORD });
    expect((await submit(app, '/reset-password', { token, newPassword: NEW_PASSWORD })).status).toBe(400);
  });

  it('should ask again when the password breaks the rule, and use nothing up', async () => {
    const person = await givenUser(app);
    const token = await requestedToken(app, person.email);
    const refused = await submit(app, '/reset-password', { token, newPassword: 'short' });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('role="alert"');
    expect(refused.html).not.toContain('short');
    const marked = [...refused.html.matchAll(/data-rule="(\w+)"[^>]* class="missing"/g)].map(
      (match) => match[1],
    );
    expect(marked).toEqual(['length', 'upper', 'digit', 'special']);
    expect(refused.html).not.toMatch(/bytes,|UTF-8/);
    expect((await submit(app, '/reset-password', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('should send a new link by a button', async () => {
    const person = await givenUser(app);
    const dead = await open(app, '/reset-password?token=x');
    expect(dead.html).toContain('action="request-password-reset"');
    const sent = await submit(app, '/request-password-reset', { email: person.email });
    expect([sent.status, sent.html.includes('Look into your mailbox')]).toEqual([200, true]);
    const token = await tokenFor(app, person.email, 'Reset your password');
    expect((await submit(app, '/reset-password', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('should say so when the link is dead, and escape what came with it', async () => {
    for (const query of [
      '',
      '?token=x',
      '?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
      '?token=a&token=b',
    ]) {
      const { status, html } = await open(app, `/reset-password${query}`);
      expect(status).toBe(400);
      expect(html).toContain('This link does not work any more');
      expect(html).not.toContain('alert(1)');
    }
  });

  it('should keep from the page, and put into the log, what failed in the gateway', async () => {
    await app.rows('alter table one_time_tokens rename to one_time_tokens_away');
    try {
      const { status, html } = await open(app, '/reset-password?token=x');
      expect(status).toBe(500);
      expect(html).not.toContain('one_time_tokens');
    } finally {
      await app.rows('alter table one_time_tokens_away rename to one_time_tokens');
    }
    const [line] = app.logLines.filter((text) => text.includes('"request_failed"'));
    expect(line).toContain('relation \\"one_time_tokens\\" does not exist');
  });

  it('should speak German to those who read it', async () => {
    const { html } = await open(app, '/reset-password', 'de-CH');
    expect(html).toContain('<html lang="de">');
    expect(html).toContain('Dieser Link gilt nicht mehr');
  });

  it('should run nothing but its own script, and be kept and framed by nobody', async () => {
    const { headers, html } = await open(app, '/reset-password');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; ");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son\w+=/);
    expect((await open(app, '/pages/pages.js')).headers.get('content-type')).toContain('text/javascript');
    expect((await open(app, '/pages/pages.css')).headers.get('content-type')).toContain('text/css');
  });

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:4000' }],
  ])('should refuse a form of another site: %j', async (headers) => {
    const person = await givenUser(app);
    const token = await requestedToken(app, person.email);
    const fields = { token, newPassword: NEW_PASSWORD };
    expect((await submit(app, '/reset-password', fields, headers)).status).toBe(403);
    expect((await submit(app, '/reset-password', fields, { origin: 'http://localhost:4000' })).status).toBe(
      200,
    );
  });
});

describe('/verify-email', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });

  it('should verify by the button, never by being opened', async () => {
    const { data } = await app.graphql<{ register: { user: { id: string } } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
      { input: { email: 'ada@example.com', password: PASSWORD } },
    );
    const user = data!.register.user.id;
    const code = await codeFor(app, 'ada@example.com');
    const { text } = await mailTo(app, 'ada@example.com', 'verification code');
    const path = `/verify-email?user=${user}&code=${code}`;
    expect(text).toContain(`http://localhost:4000${path}`);

    const form = await open(app, path);
    expect(form.html).toContain(`value="${code}"`);
    await expect(logIn(app, { email: 'ada@example.com', password: PASSWORD })).rejects.toThrow();
    const wrong = code === '000000' ? '000001' : '000000';
    expect((await submit(app, '/verify-email', { user, code: wrong })).status).toBe(400);
    expect((await submit(app, '/verify-email', { user, code })).html).toContain('Email address confirmed');
    await logIn(app, { email: 'ada@example.com', password: PASSWORD });
  });

  it('should refuse a link without a user', async () => {
    expect((await open(app, '/verify-email?user=x&code=123456')).status).toBe(400);
  });

  it.each(['token', 'code'] as const)(
    'should say that it is verified already to who opens a used link once more: by the %s',
    async (used) => {
      const email = `again-${used}@example.com`;
      const { data } = await app.graphql<{ register: { user: { id: string } } }>(
        'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
        { input: { email, password: PASSWORD } },
      );
      const user = data!.register.user.id;
      const proofs = {
        code: await codeFor(app, email),
        token: await tokenFor(app, email, 'verification code'),
      };
      const path = `/verify-email?user=${user}&code=${proofs.code}&token=${proofs.token}`;
      expect((await open(app, path)).html).not.toContain('Confirmed already');
      await submit(app, '/verify-email', { user, [used]: proofs[used] });
      const again = await open(app, path);
      expect([again.status, again.html.includes('Confirmed already')]).toEqual([200, true]);
      // A second click on the button, too.
      expect((await submit(app, '/verify-email', { user, [used]: proofs[used] })).html).toContain(
        'Confirmed already',
      );
      // Who has no proof learns nothing of the account.
      for (const stranger of ['code=000000', 'token=x', `code=&token=${'x'.repeat(43)}`])
        expect((await open(app, `/verify-email?user=${user}&${stranger}`)).html).not.toContain(
          'Confirmed already',
        );
    },
  );

  it('should send a new code by a button, and say the same for an address that nobody has', async () => {
    const email = 'once-more@example.com';
    await app.graphql('mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }', {
      input: { email, password: PASSWORD },
    });
    const first = await codeFor(app, email);
    const dead = await open(app, '/verify-email?user=');
    expect(dead.html).toContain('action="resend-verification"');
    app.clock.advance({ seconds: 1 });
    const known = await submit(app, '/resend-verification', { email });
    const unknown = await submit(app, '/resend-verification', { email: 'nobody-here@example.com' });
    expect([known.status, unknown.html]).toEqual([200, known.html]);
    expect(known.html).toContain('Look into your mailbox');
    expect(await codeFor(app, email)).not.toBe(first);
    const wrong = await submit(app, '/resend-verification', { email: 'no address' });
    expect([wrong.status, wrong.html.includes('This is no email address')]).toEqual([422, true]);
    const foreign = await submit(app, '/resend-verification', { email }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  });
});

describe('/confirm-email-change', () => {
  const app = useApp({
    REQUIRE_EMAIL_VERIFICATION: 'true',
    FRONTEND_URL: 'https://app.example.com',
    PUBLIC_URL: 'https://auth.example.com/gateway',
  });

  async function givenChange(email: string, newEmail: string): Promise<string> {
    const { data } = await app.graphql<{ register: { user: { id: string } } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
      { input: { email, password: PASSWORD } },
    );
    await app.graphql('mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { id } }', {
      input: { userId: data!.register.user.id, code: await codeFor(app, email) },
    });
    const { accessToken } = await logIn(app, { email, password: PASSWORD });
    await app.graphql(
      'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { id } }',
      { input: { newEmail, currentPassword: PASSWORD } },
      { token: accessToken },
    );
    return tokenFor(app, newEmail, 'Confirm your new email address');
  }

  it('should move the account to the new address and tell the old one', async () => {
    const token = await givenChange('old@example.com', 'new@example.com');
    expect((await open(app, `/confirm-email-change?token=${token}`)).status).toBe(200);
    await logIn(app, { email: 'old@example.com', password: PASSWORD });
    const done = await submit(app, '/confirm-email-change', { token });
    expect(done.html).toContain('New address in use');
    expect(done.html).toContain('<a href="https://app.example.com">Go on to https://app.example.com</a>');
    await logIn(app, { email: 'new@example.com', password: PASSWORD });
    expect((await mailTo(app, 'old@example.com', 'was changed')).text).toContain('new@example.com');
    expect((await submit(app, '/confirm-email-change', { token })).status).toBe(400);
  });

  it('should change nothing when somebody took the address meanwhile', async () => {
    const token = await givenChange('one@example.com', 'wanted@example.com');
    await app.graphql('mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }', {
      input: { email: 'wanted@example.com', password: PASSWORD },
    });
    const { status, html } = await submit(app, '/confirm-email-change', { token });
    expect(status).toBe(409);
    expect(html).toContain('This address is taken');
    await logIn(app, { email: 'one@example.com', password: PASSWORD });
  });

  it('should die with a password reset', async () => {
    const token = await givenChange('two@example.com', 'thief@example.com');
    await app.graphql('mutation { requestPasswordReset(email: "two@example.com") }');
    const resetToken = await tokenFor(app, 'two@example.com', 'Reset your password');
    await app.graphql('mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }', {
      input: { token: resetToken, newPassword: NEW_PASSWORD },
    });
    expect((await submit(app, '/confirm-email-change', { token })).status).toBe(400);
  });

  it('should leave the other pages to the frontend, and lead there', async () => {
    expect((await open(app, '/reset-password')).status).toBe(404);
    await givenChange('three@example.com', 'four@example.com');
    const verification = await mailTo(app, 'three@example.com', 'verification code');
    expect(verification.text).toContain('https://app.example.com/verify-email?user=');
    const confirmation = await mailTo(app, 'four@example.com', 'Confirm your new email address');
    expect(confirmation.text).toContain('https://auth.example.com/gateway/confirm-email-change?token=');
  });
});

describe('/dev/mailbox', () => {
  const app = useApp();

  it('should list mails, and show the code, the link, the HTML and the text of one', async () => {
    await givenUser(app, { email: 'ada@example.com' });
    await app.graphql('mutation { resendVerification(email: "ada@example.com") }');
    const code = await codeFor(app, 'ada@example.com');
    const list = await open(app, '/dev/mailbox');
    expect(list.html).toContain('Your verification code for GraphQL Auth Gateway');
    const name = /href="mailbox\/([^"]+)">Your verification/.exec(list.html)?.[1] ?? '';
    const mail = await open(app, `/dev/mailbox/${name}`);
    expect(mail.html).toMatch(
      new RegExp(`<a class="code-link" href="http://localhost:4000/verify-email[^"]*">${code}</a>`),
    );
    const html = await open(app, `/dev/mailbox/${name}/html`);
    expect(html.html).toContain(code);
    expect(html.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each(['..%2fjwt-secret', '2026-x', 'x'])('should know no mail %j', async (name) => {
    expect((await open(app, `/dev/mailbox/${name}`)).status).toBe(404);
  });
});

describe('/dev/mailbox in production', () => {
  const app = useApp({ NODE_ENV: 'production', BCRYPT_COST: '10' });

  it('should be off', async () => {
    expect((await open(app, '/dev/mailbox')).status).toBe(404);
  });
});
