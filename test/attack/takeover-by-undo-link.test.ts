import {
  changeEmail,
  resetLink,
  resetPassword,
  submit,
  undoToken,
  verificationIn,
  verify,
} from '../support/account-flows';
import { mailTo } from '../support/mailbox';
import { givenUser, logIn, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function emailOf(id: string): Promise<string | undefined> {
  const [row] = await app.rows<{ email: string }>('select email from users where id = ?', [id]);
  return row?.email;
}

/** Somebody who knew the password moves the account to a mailbox of theirs and back: that mailbox gets a link too. */
async function givenLinkOfThief(name: string) {
  const owner = await givenUser(app, { email: `${name}@example.com` });
  expect(await changeEmail(app, owner, `evil-${name}@example.com`)).toBeNull();
  app.clock.advance({ minutes: 20 });
  expect(await changeEmail(app, owner, owner.email)).toBeNull();
  return { owner, thiefs: await undoToken(app, `evil-${name}@example.com`) };
}

describe('a thief who moved the account to a mailbox of theirs and back', () => {
  it('should not take it back from an owner who has reset the password', async () => {
    const { owner, thiefs } = await givenLinkOfThief('reset');
    expect(await resetPassword(app, await resetLink(app, owner.email))).toBeNull();
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(400);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('should not take it back from an owner who has verified the address', async () => {
    const { owner, thiefs } = await givenLinkOfThief('verified');
    const { code } = await verificationIn(app, owner.email);
    expect(await verify(app, owner.id, code)).toBeNull();
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(400);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('should not take it back from an owner who has used the latest of their own links', async () => {
    const { owner, thiefs } = await givenLinkOfThief('latest');
    app.clock.advance({ minutes: 20 });
    expect(await changeEmail(app, owner, 'evil-again@example.com')).toBeNull();
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, owner.email) })).toBe(200);
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(400);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('should not have the last word: the owner is told, and takes it back once more', async () => {
    const { owner, thiefs } = await givenLinkOfThief('last');
    // The owner's own link would be over by now, the thief's is not.
    app.clock.advance({ hours: 71, minutes: 45 });
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(200);
    await mailTo(app, owner.email, 'was changed');
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, owner.email) })).toBe(200);
    expect(await emailOf(owner.id)).toBe(owner.email);
    expect(await submit(app, 'undo-email-change', { token: thiefs })).toBe(400);
  });
});

describe('a thief who moved the account to a mailbox of theirs', () => {
  it('should not end the owner’s link by proving that mailbox', async () => {
    const owner = await givenUser(app, { email: 'prove@example.com' });
    expect(await changeEmail(app, owner, 'evil-prove@example.com')).toBeNull();
    const owners = await undoToken(app, owner.email);
    expect(await resetPassword(app, await resetLink(app, 'evil-prove@example.com'), PASSWORD)).toBeNull();
    await logIn(app, { email: 'evil-prove@example.com', password: PASSWORD });
    expect(await submit(app, 'undo-email-change', { token: owners })).toBe(200);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('should not end the owner’s latest link by moving it to and fro, and proving that mailbox', async () => {
    const { owner } = await givenLinkOfThief('tofro');
    app.clock.advance({ minutes: 20 });
    expect(await changeEmail(app, owner, 'evil-tofro@example.com')).toBeNull();
    expect(await resetPassword(app, await resetLink(app, 'evil-tofro@example.com'), PASSWORD)).toBeNull();
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, owner.email) })).toBe(200);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });
});
