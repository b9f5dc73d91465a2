import { deliverMails, mailsTo, mailTo, tokenFor } from '../support/mailbox';
import { givenUser, logIn, PASSWORD, tokenError } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();
const NEW_PASSWORD = 'Better-Horse-8';
const RESET = 'Reset your password';

async function request(email: string): Promise<unknown> {
  const { data, errors } = await app.graphql(
    'mutation ($email: String!) { requestPasswordReset(email: $email) }',
    {
      email,
    },
  );
  return errors[0]?.extensions.code ?? data?.['requestPasswordReset'];
}

async function reset(token: string, newPassword = NEW_PASSWORD): Promise<unknown> {
  const { data, errors } = await app.graphql(
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }',
    { input: { token, newPassword } },
  );
  return errors[0]?.extensions.code ?? data?.['resetPassword'];
}

async function requestedToken(email: string): Promise<string> {
  await request(email);
  return tokenFor(app, email, RESET);
}

describe('resetPassword', () => {
  it('should set the new password, end every session, and tell the owner', async () => {
    const person = await givenUser(app);
    const other = await logIn(app, person);
    expect(await reset(await requestedToken(person.email))).toBe(true);

    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, other.accessToken)).toBe('INVALID_TOKEN');
    await expect(logIn(app, person)).rejects.toThrow('INVALID_CREDENTIALS');
    await logIn(app, { ...person, password: NEW_PASSWORD });
    await mailTo(app, person.email, 'was changed');
  });

  it('should count as a proof of the address', async () => {
    const person = await givenUser(app);
    await reset(await requestedToken(person.email));
    const { accessToken } = await logIn(app, { ...person, password: NEW_PASSWORD });
    const { data } = await app.graphql('{ me { isEmailVerified } }', {}, { token: accessToken });
    expect(data).toEqual({ me: { isEmailVerified: true } });
  });

  it('should refuse a token that was used, is too old, was replaced or never was', async () => {
    const person = await givenUser(app);
    const replaced = await requestedToken(person.email);
    const used = await requestedToken(person.email);
    expect(await reset(replaced)).toBe('INVALID_RESET_TOKEN');
    expect(await reset(used)).toBe(true);
    expect(await reset(used)).toBe('INVALID_RESET_TOKEN');
    expect(await reset('')).toBe('INVALID_RESET_TOKEN');
    expect(await reset(`${used}x`)).toBe('INVALID_RESET_TOKEN');

    const old = await requestedToken(person.email);
    app.clock.advance({ minutes: 60 });
    expect(await reset(old)).toBe('INVALID_RESET_TOKEN');
  });

  it('should let one of two simultaneous uses of a token through', async () => {
    const person = await givenUser(app);
    const token = await requestedToken(person.email);
    const answers = await Promise.all([reset(token), reset(token, 'Another-Horse-9')]);
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    expect(answers).toContain('INVALID_RESET_TOKEN');
  });

  it('should keep the token good when the new password breaks the rule', async () => {
    const person = await givenUser(app);
    const token = await requestedToken(person.email);
    expect(await reset(token, 'short')).toBe('INVALID_INPUT');
    expect(await reset(token)).toBe(true);
  });

  it('should not send a link that was asked for before the last reset', async () => {
    const person = await givenUser(app);
    const token = await requestedToken(person.email);
    await request(person.email);
    app.clock.advance({ seconds: 1 });
    await reset(token);
    await deliverMails(app);
    const resets = (await mailsTo(app, person.email)).filter(({ subject }) => subject.includes(RESET));
    expect(resets).toHaveLength(1);
  });
});

describe('requestPasswordReset', () => {
  it('should answer the same for an unknown address, and send nothing', async () => {
    expect(await request('nobody@example.com')).toBe(true);
    expect(await mailsTo(app, 'nobody@example.com')).toEqual([]);
    const rows = await app.app.database.read((em) =>
      em.execute<unknown[]>(`select 1 from mail_outbox where "to" = 'nobody@example.com'`),
    );
    expect(rows).toEqual([]);
  });

  it('should refuse what is no address', async () => {
    expect(await request('nobody')).toBe('INVALID_INPUT');
  });

  it('should send nothing to a disabled account', async () => {
    const person = await givenUser(app);
    await app.app.database.unitOfWork((em) =>
      em.execute('update users set is_active = false where id = ?', [person.id]),
    );
    await request(person.email);
    expect(await mailsTo(app, person.email)).toHaveLength(1);
  });
});

describe('changePassword', () => {
  it('should tell the owner by mail', async () => {
    const person = await givenUser(app);
    await app.graphql(
      'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }',
      { input: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } },
      { token: person.accessToken },
    );
    await mailTo(app, person.email, 'Your password for GraphQL Auth Gateway was changed');
  });
});
