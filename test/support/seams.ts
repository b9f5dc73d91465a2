import type { tokenPurposes } from '../../src/features/identity';
import type { AccountChangeKind } from '../../src/foundation/security-events';
import {
  changeEmail,
  changePassword,
  givenVerified,
  requestReset,
  resend,
  resetLink,
  resetPassword,
  submit,
  undoToken,
  verificationIn,
  verify,
  NEW_PASSWORD,
} from './account-flows';
import { deliverMails, tokenFor } from './mailbox';
import { givenUser, logIn, tokenError, type Person } from './people';
import type { TestApp } from './test-app';

/** Where a new address takes effect at once, and where it waits for its confirmation. */
export type Mode = 'at once' | 'confirmed';

/** Something that was true or under way before the account changed; `lives` asks afterwards whether it still is. */
export interface InFlight {
  readonly mode: Mode;
  /** The purpose of the one-time token, where it is one. */
  readonly purpose?: (typeof tokenPurposes)[number];
  readonly begin: (app: TestApp, person: Person) => Promise<() => Promise<boolean>>;
}

const CONFIRM = 'Confirm your new email address';

/** What may be in flight when an account changes: sessions, proofs, and mails that will carry proofs. */
export const inFlight = {
  'the session that asks': {
    mode: 'at once',
    begin:
      async (app, { accessToken }) =>
      async () =>
        (await tokenError(app, accessToken)) === null,
  },
  'another session': {
    mode: 'at once',
    begin: async (app, person) => {
      const { accessToken } = await logIn(app, person);
      return async () => (await tokenError(app, accessToken)) === null;
    },
  },
  'a refresh token': {
    mode: 'at once',
    begin: async (app, person) => {
      const { refreshToken } = await logIn(app, person);
      const query = 'mutation ($token: String) { refresh(refreshToken: $token) { user { id } } }';
      return async () => (await app.graphql(query, { token: refreshToken })).errors.length === 0;
    },
  },
  'a reset link': {
    mode: 'at once',
    purpose: 'reset_password',
    begin: async (app, { email }) => {
      const token = await resetLink(app, email);
      return async () => (await resetPassword(app, token, 'Third-Horse-9')) === null;
    },
  },
  'a reset mail in the queue': {
    mode: 'at once',
    begin: (app, { email }) => held(app, () => requestReset(app, email), 'password_reset'),
  },
  'a change of email': {
    mode: 'confirmed',
    purpose: 'change_email',
    begin: async (app, person) => {
      await changeEmail(app, person, pendingOf(person.email));
      const token = await tokenFor(app, pendingOf(person.email), CONFIRM);
      return async () => (await submit(app, 'confirm-email-change', { token })) === 200;
    },
  },
  'a mail that confirms a change of email, in the queue': {
    mode: 'confirmed',
    begin: (app, person) =>
      held(app, () => changeEmail(app, person, pendingOf(person.email)), 'email_change'),
  },
  'a link that takes a change of email back': {
    mode: 'confirmed',
    begin: async (app, person) => {
      await changeEmail(app, person, pendingOf(person.email));
      const token = await undoToken(app, person.email);
      return async () => (await submit(app, 'undo-email-change', { token })) === 200;
    },
  },
  'a verification code': {
    mode: 'at once',
    purpose: 'verify_email',
    begin: async (app, { id, email }) => {
      await resend(app, email);
      const { code } = await verificationIn(app, email);
      return async () => (await verify(app, id, code)) === null;
    },
  },
  'a verification link': {
    mode: 'at once',
    purpose: 'verify_email_link',
    begin: async (app, { id, email }) => {
      await resend(app, email);
      const { token } = await verificationIn(app, email);
      return async () => (await verify(app, id, token)) === null;
    },
  },
  'a verification mail in the queue': {
    mode: 'at once',
    begin: (app, { email }) => held(app, () => resend(app, email), 'verification_code'),
  },
} satisfies Record<string, InFlight>;

export type Thing = keyof typeof inFlight;

/** Each change of an account, as somebody makes it. */
export const changes: Readonly<
  Record<AccountChangeKind, (app: TestApp, person: Person, mode: Mode) => Promise<unknown>>
> = {
  'profile.changed': (app, person) => updateProfile(app, person, { firstName: 'Grace' }),
  'username.changed': (app, person) => updateProfile(app, person, { username: `user${person.id}` }),
  'email.verified': async (app, { id, email }) => {
    await resend(app, email);
    return verify(app, id, (await verificationIn(app, email)).code);
  },
  'email.change_requested': (app, person) => changeEmail(app, person, nextOf(person.email)),
  'email.changed': async (app, person, mode) => {
    await changeEmail(app, person, nextOf(person.email));
    if (mode === 'at once') return undefined;
    const token = await tokenFor(app, nextOf(person.email), CONFIRM);
    return submit(app, 'confirm-email-change', { token });
  },
  'email.change_undone': async (app, person) => {
    app.clock.advance({ seconds: 1 });
    await changeEmail(app, person, nextOf(person.email));
    return submit(app, 'undo-email-change', { token: await undoToken(app, person.email) });
  },
  'password.changed': (app, person) => changePassword(app, person),
  'password.reset': async (app, { email }) => resetPassword(app, await resetLink(app, email)),
  'password.set_by_operator': (app, { email }) => app.app.administration.setPassword(email, NEW_PASSWORD),
  'role.changed': (app, { email }) => app.app.administration.setRole(email, 'moderator'),
  'account.disabled': (app, { email }) => app.app.administration.disable(email),
  'account.enabled': (app, { email }) => app.app.administration.enable(email),
  'account.deleted': (app, { email }) => app.app.administration.delete(email),
};

let people = 0;

export async function givenPerson(app: TestApp, mode: Mode): Promise<Person> {
  people += 1;
  const email = `seam${people}@example.com`;
  return mode === 'at once' ? givenUser(app, { email }) : givenVerified(app, email);
}

function pendingOf(email: string): string {
  return email.replace('@', '.pending@');
}

function nextOf(email: string): string {
  return email.replace('@', '.next@');
}

/** Queues a mail and holds it back; `lives` lets it go, and tells whether it was sent or had become pointless. */
async function held(
  app: TestApp,
  queue: () => Promise<unknown>,
  template: string,
): Promise<() => Promise<boolean>> {
  await deliverMails(app);
  await queue();
  const rows = await app.rows<{ id: string }>(
    `update mail_outbox set next_attempt_at = '2100-01-01' where template = ? and sent_at is null returning id`,
    [template],
  );
  expect(rows).toHaveLength(1);
  const [{ id } = { id: '' }] = rows;
  return async () => {
    await app.rows('update mail_outbox set next_attempt_at = created_at where id = ? returning id', [id]);
    await deliverMails(app);
    return (
      (await app.rows('select 1 from mail_outbox where id = ? and sent_at is not null', [id])).length > 0
    );
  };
}

function updateProfile(
  app: TestApp,
  { accessToken }: Person,
  input: Record<string, string>,
): Promise<unknown> {
  const query = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }';
  return app.graphql(query, { input }, { token: accessToken });
}
