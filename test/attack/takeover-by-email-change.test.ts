import {
  changeEmail,
  changePassword,
  givenVerified,
  NEW_PASSWORD,
  resetLink,
  resetPassword,
  submit,
  undoToken,
} from '../support/account-flows';
import { mailTo, mailsTo, tokenFor } from '../support/mailbox';
import { givenUser, logIn, PASSWORD, tokenError } from '../support/people';
import { useApp } from '../support/test-app';

const CONFIRM = 'Confirm your new email address';

describe('a thief who knew the password, where a new address has to be confirmed', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });

  it('should not move the account once its owner has changed the password', async () => {
    const owner = await givenVerified(app, 'victim@example.com');
    const thief = { ...owner, ...(await logIn(app, owner)) };
    await changeEmail(app, thief, 'evil@example.com');
    const token = await tokenFor(app, 'evil@example.com', CONFIRM);
    app.clock.advance({ seconds: 1 });
    expect(await changePassword(app, owner)).toBeNull();
    expect(await submit(app, 'confirm-email-change', { token })).toBe(400);
    const { data } = await app.graphql('{ me { email pendingEmail } }', {}, { token: owner.accessToken });
    expect(data).toEqual({ me: { email: 'victim@example.com', pendingEmail: null } });
  });

  it('should be told on to the owner at once, who can stop it with one click', async () => {
    const owner = await givenVerified(app, 'told@example.com');
    await changeEmail(app, owner, 'evil2@example.com');
    const { text } = await mailTo(app, 'told@example.com', 'wants to change your email address');
    expect(text).toContain('evil2@example.com');
    const token = await tokenFor(app, 'evil2@example.com', CONFIRM);
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, 'told@example.com') })).toBe(
      200,
    );
    expect(await submit(app, 'confirm-email-change', { token })).toBe(400);
    expect(await tokenError(app, owner.accessToken)).toBe('INVALID_TOKEN');
    // The thief knows the password: it opens nothing any more, and the owner gets a link for a new one.
    await expect(logIn(app, owner)).rejects.toThrow('INVALID_CREDENTIALS');
    const reset = await tokenFor(app, 'told@example.com', 'Reset your password');
    expect(await resetPassword(app, reset)).toBeNull();
    await logIn(app, { ...owner, password: NEW_PASSWORD });
  });

  it('should lose the address again within 72 hours of the change, whatever was changed after it', async () => {
    const owner = await givenVerified(app, 'late@example.com');
    await changeEmail(app, owner, 'evil3@example.com');
    await submit(app, 'confirm-email-change', { token: await tokenFor(app, 'evil3@example.com', CONFIRM) });
    await changePassword(app, owner);
    app.clock.advance({ hours: 71 });
    const token = await undoToken(app, 'late@example.com');
    expect(await submit(app, 'undo-email-change', { token })).toBe(200);
    await resetPassword(app, await tokenFor(app, 'late@example.com', 'Reset your password'), 'Third-Horse-9');
    await logIn(app, { email: 'late@example.com', password: 'Third-Horse-9' });
    expect(await submit(app, 'undo-email-change', { token })).toBe(400);
  });
});

describe('a thief who knew the password, where a new address takes effect at once', () => {
  const app = useApp();

  it('should not keep the account by moving it twice, nor take it back from the owner', async () => {
    const owner = await givenUser(app, { email: 'first@example.com' });
    await changeEmail(app, owner, 'second@example.com');
    app.clock.advance({ minutes: 1 });
    await changeEmail(app, owner, 'third@example.com');
    const thiefs = await undoToken(app, 'second@example.com');
    const owners = await undoToken(app, 'first@example.com');
    expect(await submit(app, 'undo-email-change', { token: owners })).toBe(200);
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(400);
    expect(await mailsTo(app, 'first@example.com')).not.toEqual([]);
  });

  it('should not block the way back by registering the old address, nor by moving another account there', async () => {
    const owner = await givenUser(app, { email: 'held@example.com' });
    await changeEmail(app, owner, 'moved@example.com');
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
    const { errors } = await app.graphql(query, { input: { email: 'HELD@example.com', password: PASSWORD } });
    expect(errors[0]?.extensions.code).toBe('USER_ALREADY_EXISTS');
    const accomplice = await givenUser(app);
    expect(await changeEmail(app, accomplice, 'held@example.com')).toBe('USER_ALREADY_EXISTS');
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, 'held@example.com') })).toBe(
      200,
    );
  });

  it('should give the old address free when the time is over', async () => {
    const owner = await givenUser(app, { email: 'freed@example.com' });
    await changeEmail(app, owner, 'kept@example.com');
    const token = await undoToken(app, 'freed@example.com');
    app.clock.advance({ hours: 73 });
    expect(await submit(app, 'undo-email-change', { token })).toBe(400);
    await givenUser(app, { email: 'freed@example.com' });
  });

  it('should not reset the password with a link that went to the old address', async () => {
    const owner = await givenUser(app, { email: 'stale@example.com' });
    const token = await resetLink(app, 'stale@example.com');
    await changeEmail(app, owner, 'fresh@example.com');
    expect(await resetPassword(app, token)).toBe('INVALID_RESET_TOKEN');
    // Nor when the row is still there: the link proves the mailbox it was mailed to.
    const again = await resetLink(app, 'fresh@example.com');
    await app.rows(
      "update one_time_tokens set mailed_to = 'stale@example.com' where user_id = ? returning id",
      [owner.id],
    );
    expect(await resetPassword(app, again)).toBe('INVALID_RESET_TOKEN');
  });
});
