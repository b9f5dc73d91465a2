import { codeFor, mailTo, tokenFor } from '../support/mailbox';
import { open, submit } from '../support/pages';
import { logIn, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

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
