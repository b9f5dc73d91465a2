import { codeFor, deliverMails, mailTo, mailsTo, subjectsTo } from '../support/mailbox';
import { givenUser, PASSWORD } from '../support/people';
import { useApp, type GraphQLAnswer, type TestApp } from '../support/test-app';

interface Registered {
  readonly register: {
    readonly user: { readonly id: string; readonly isActive: boolean };
    readonly nextStep: string;
    readonly tokens: unknown;
  };
}

function register(app: TestApp, email: string, language = 'en'): Promise<GraphQLAnswer<Registered>> {
  return app.graphql<Registered>(
    `mutation ($input: RegisterInput!) {
      register(input: $input) { user { id isActive } nextStep tokens { accessToken } }
    }`,
    { input: { email, password: PASSWORD } },
    { headers: { 'accept-language': language } },
  );
}

async function givenUnverified(app: TestApp, email: string): Promise<string> {
  const { data } = await register(app, email);
  return data!.register.user.id;
}

/** The code of the error, or what the account has become. */
async function verify(app: TestApp, userId: string, code: string): Promise<unknown> {
  const { data, errors } = await app.graphql<{ verifyEmail: unknown }>(
    'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { isActive isEmailVerified } }',
    { input: { userId, code } },
  );
  return errors[0]?.extensions.code ?? data?.verifyEmail;
}

async function loginError(app: TestApp, email: string, password = PASSWORD): Promise<string | null> {
  const { errors } = await app.graphql(
    'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }',
    { input: { identifier: email, password } },
  );
  return errors[0]?.extensions.code ?? null;
}

const verified = { isActive: true, isEmailVerified: true };

function resend(app: TestApp, email: string): Promise<GraphQLAnswer> {
  return app.graphql('mutation ($email: String!) { resendVerification(email: $email) }', { email });
}

describe('with verification required', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });

  it('should keep a new account inactive and without tokens until the code was entered', async () => {
    const { data } = await register(app, 'ada@example.com');
    expect(data?.register).toMatchObject({
      nextStep: 'VERIFY_EMAIL',
      tokens: null,
      user: { isActive: false },
    });
    expect(await loginError(app, 'ada@example.com')).toBe('EMAIL_NOT_VERIFIED');
    expect(await loginError(app, 'ada@example.com', 'Wrong-Horse-7')).toBe('INVALID_CREDENTIALS');

    expect(await verify(app, data!.register.user.id, await codeFor(app, 'ada@example.com'))).toEqual(
      verified,
    );
    expect(await loginError(app, 'ada@example.com')).toBeNull();
  });

  it('should welcome an account once it is verified, and not before', async () => {
    const id = await givenUnverified(app, 'grace@example.com');
    const code = await codeFor(app, 'grace@example.com');
    expect(await subjectsTo(app, 'grace@example.com')).toEqual([
      'Your verification code for GraphQL Auth Gateway',
    ]);
    await verify(app, id, code);
    expect((await subjectsTo(app, 'grace@example.com'))[0]).toBe('Welcome to GraphQL Auth Gateway');
  });

  it('should let a code work once', async () => {
    const id = await givenUnverified(app, 'once@example.com');
    const code = await codeFor(app, 'once@example.com');
    expect(await verify(app, id, code)).toEqual(verified);
    expect(await verify(app, id, code)).toBe('INVALID_VERIFICATION_CODE');
  });

  it('should refuse a code after 15 minutes, and take a new one', async () => {
    const id = await givenUnverified(app, 'slow@example.com');
    const code = await codeFor(app, 'slow@example.com');
    app.clock.advance({ minutes: 15 });
    expect(await verify(app, id, code)).toBe('INVALID_VERIFICATION_CODE');
    await resend(app, 'slow@example.com');
    expect(await verify(app, id, await codeFor(app, 'slow@example.com'))).toEqual(verified);
  });

  it('should replace the code by a new one when it is sent again', async () => {
    const id = await givenUnverified(app, 'again@example.com');
    const first = await codeFor(app, 'again@example.com');
    expect((await resend(app, 'AGAIN@example.com')).data).toEqual({ resendVerification: true });
    await deliverMails(app);
    expect(await verify(app, id, first)).toBe('INVALID_VERIFICATION_CODE');
  });

  it('should tell a disabled account from one that waits for its verification', async () => {
    const id = await givenUnverified(app, 'disabled@example.com');
    await verify(app, id, await codeFor(app, 'disabled@example.com'));
    await app.app.database.unitOfWork((em) =>
      em.execute('update users set is_active = false where id = ?', [id]),
    );
    expect(await loginError(app, 'disabled@example.com')).toBe('ACCOUNT_DISABLED');
  });

  it('should not wake an account by a code that was disabled while it waited', async () => {
    const id = await givenUnverified(app, 'sleeper@example.com');
    const code = await codeFor(app, 'sleeper@example.com');
    // As `account disable` in the shell does it.
    await app.app.database.unitOfWork((em) =>
      em.execute('update users set is_active = false, awaits_verification = false where id = ?', [id]),
    );
    await verify(app, id, code);
    expect(await loginError(app, 'sleeper@example.com')).toBe('ACCOUNT_DISABLED');
    await resend(app, 'sleeper@example.com');
    expect(await mailsTo(app, 'sleeper@example.com')).toHaveLength(1);
  });

  it.each([
    ['de-AT,de;q=0.9,en;q=0.1', 'Ihr Bestätigungscode für GraphQL Auth Gateway'],
    ['fr, de;q=0.5', 'Ihr Bestätigungscode für GraphQL Auth Gateway'],
    ['fr', 'Your verification code for GraphQL Auth Gateway'],
    ['*', 'Your verification code for GraphQL Auth Gateway'],
    [';;;=q', 'Your verification code for GraphQL Auth Gateway'],
  ])('should write to somebody who reads %j: %s', async (language, subject) => {
    const email = `reader${language.length}@example.com`;
    await register(app, email, language);
    expect(await subjectsTo(app, email)).toEqual([subject]);
  });
});

describe('without verification required', () => {
  const app = useApp();

  it('should sign a new account in at once, and welcome it', async () => {
    const { data } = await register(app, 'ada@example.com');
    expect(data?.register).toMatchObject({ nextStep: 'NONE', tokens: {}, user: { isActive: true } });
    expect(await subjectsTo(app, 'ada@example.com')).toEqual(['Welcome to GraphQL Auth Gateway']);
  });

  it('should send a code to whoever asks for one, until the address is verified', async () => {
    const person = await givenUser(app, { email: 'grace@example.com' });
    await resend(app, 'grace@example.com');
    expect(await verify(app, person.id, await codeFor(app, 'grace@example.com'))).toEqual(verified);
    await resend(app, 'grace@example.com');
    expect(await mailsTo(app, 'grace@example.com')).toHaveLength(2);
  });

  it('should greet by a name, but not by one that is an advertisement', async () => {
    await givenUser(app, { email: 'name@example.com', firstName: "Anne-Marie d'Arc" });
    await givenUser(app, { email: 'spam@example.com', firstName: 'Win at www.evil.example' });
    expect((await mailTo(app, 'name@example.com', 'Welcome')).text).toContain("Hello Anne-Marie d'Arc,");
    const { text, html } = await mailTo(app, 'spam@example.com', 'Welcome');
    expect(text).toContain('Hello,');
    expect(text + html).not.toContain('evil');
  });
});
