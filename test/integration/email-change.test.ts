import { codeFor, mailsTo, mailTo, subjectsTo, tokenFor } from '../support/mailbox';
import { givenUser, logIn, PASSWORD, type Person } from '../support/people';
import { useApp, type GraphQLAnswer, type TestApp } from '../support/test-app';

interface Changed {
  readonly changeEmail: { email: string; pendingEmail: string | null; isEmailVerified: boolean };
}

function change(
  app: TestApp,
  person: Person,
  newEmail: string,
  currentPassword = PASSWORD,
): Promise<GraphQLAnswer<Changed>> {
  return app.graphql<Changed>(
    'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { email pendingEmail isEmailVerified } }',
    { input: { newEmail, currentPassword } },
    { token: person.accessToken },
  );
}

async function changeError(...args: Parameters<typeof change>): Promise<string | undefined> {
  return (await change(...args)).errors[0]?.extensions.code;
}

async function givenVerified(app: TestApp, email: string): Promise<Person> {
  await app.graphql('mutation ($input: RegisterInput!) { register(input: $input) { nextStep } }', {
    input: { email, password: PASSWORD },
  });
  const code = await codeFor(app, email);
  const link = firstLink((await mailTo(app, email, 'verification code')).text);
  const { data } = await app.graphql<{ verifyEmail: { id: string } }>(
    'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { id } }',
    { input: { userId: new URL(link).searchParams.get('user'), code } },
  );
  const person = { email, password: PASSWORD };
  return { ...person, id: data!.verifyEmail.id, ...(await logIn(app, person)) };
}

function firstLink(text: string): string {
  return /https?:\S+/.exec(text)?.[0] ?? '';
}

describe('changeEmail without verification required', () => {
  const app = useApp();

  it('should take effect at once, send a code to the new address and tell the old one', async () => {
    const person = await givenUser(app, { email: 'old@example.com' });
    const { data } = await change(app, person, 'New@Example.com');
    expect(data?.changeEmail).toEqual({
      email: 'New@example.com',
      pendingEmail: null,
      isEmailVerified: false,
    });
    const notice = await mailTo(app, 'old@example.com', 'was changed');
    expect(notice.text).toContain('New@example.com');
    expect(await codeFor(app, 'New@example.com')).toMatch(/^\d{6}$/);
    await logIn(app, { ...person, email: 'new@example.com' });
    await expect(logIn(app, person)).rejects.toThrow('INVALID_CREDENTIALS');
  });

  it('should kill links and codes that went to the old address', async () => {
    const person = await givenUser(app, { email: 'stale@example.com' });
    await app.graphql('mutation { requestPasswordReset(email: "stale@example.com") }');
    const token = await tokenFor(app, 'stale@example.com', 'Reset your password');
    await change(app, person, 'fresh@example.com');
    const { errors } = await app.graphql(
      'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }',
      { input: { token, newPassword: 'Better-Horse-8' } },
    );
    expect(errors[0]?.extensions.code).toBe('INVALID_RESET_TOKEN');
  });

  it('should refuse a wrong password, an address that is taken and what is no address', async () => {
    const person = await givenUser(app);
    const other = await givenUser(app);
    expect(await changeError(app, person, 'free@example.com', 'Wrong-Horse-7')).toBe('INVALID_CREDENTIALS');
    expect(await changeError(app, person, other.email.toUpperCase())).toBe('USER_ALREADY_EXISTS');
    expect(await changeError(app, person, 'nowhere')).toBe('INVALID_INPUT');
  });

  it('should change the spelling of the same address without further ado', async () => {
    const person = await givenUser(app, { email: 'spelling@example.com' });
    const { data } = await change(app, person, 'Spelling@example.com');
    expect(data?.changeEmail.email).toBe('Spelling@example.com');
    expect(await mailsTo(app, 'Spelling@example.com')).toEqual([]);
  });
});

describe('changeEmail with verification required', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });

  it('should wait for the link in the mail to the new address', async () => {
    const person = await givenVerified(app, 'old@example.com');
    const { data } = await change(app, person, 'new@example.com');
    expect(data?.changeEmail).toEqual({
      email: 'old@example.com',
      pendingEmail: 'new@example.com',
      isEmailVerified: true,
    });
    expect(await subjectsTo(app, 'new@example.com')).toEqual([
      'Confirm your new email address for GraphQL Auth Gateway',
    ]);
    expect(await tokenFor(app, 'new@example.com', 'Confirm')).toMatch(/^[\w-]{43}$/);
    await logIn(app, person);
  });

  it('should refuse an address that is taken', async () => {
    const person = await givenVerified(app, 'one@example.com');
    await givenVerified(app, 'two@example.com');
    expect(await changeError(app, person, 'two@example.com')).toBe('USER_ALREADY_EXISTS');
  });

  it('should send no link for a change that was overtaken by another', async () => {
    const person = await givenVerified(app, 'wavering@example.com');
    await change(app, person, 'first@example.com');
    await change(app, person, 'second@example.com');
    expect(await mailsTo(app, 'first@example.com')).toEqual([]);
    expect(await mailsTo(app, 'second@example.com')).toHaveLength(1);
  });
});
