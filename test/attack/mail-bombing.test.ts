import {
  changeEmail,
  requestReset,
  resend,
  resetPassword,
  verificationIn,
  verify,
} from '../support/account-flows';
import { LIMITED } from '../support/attacks';
import { deliverMails, mailsTo, tokenFor } from '../support/mailbox';
import { givenUser, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const RESET = 'Reset your password';

async function count(email: string, subject: string): Promise<number> {
  return (await mailsTo(app, email)).filter((mail) => mail.subject.includes(subject)).length;
}

/** From as many addresses as it takes: the limits by address are not what is attacked here. */
const app = useApp({
  ...LIMITED,
  RATE_LIMIT_GRAPHQL_FORGOT: '1000/minute',
  RATE_LIMIT_GRAPHQL_RESEND: '1000/hour',
  RATE_LIMIT_RESEND_ADDRESS: '1000/hour',
});

describe('somebody who floods a mailbox with reset mails', () => {
  it('should send three in a quarter of an hour, and get the same answer all along', async () => {
    const { email } = await givenUser(app);
    for (let index = 0; index < 100; index += 1) {
      const { data } = await requestReset(app, email);
      expect(data).toEqual({ requestPasswordReset: true });
    }
    expect(await count(email, RESET)).toBe(3);
    app.clock.advance({ minutes: 16 });
    await requestReset(app, email);
    expect(await count(email, RESET)).toBe(4);
  });

  it('should not kill the link that the owner has just got', async () => {
    const { email } = await givenUser(app);
    await requestReset(app, email);
    const token = await tokenFor(app, email, RESET);
    app.clock.advance({ seconds: 100 });
    await requestReset(app, email);
    await deliverMails(app);
    expect(await tokenFor(app, email, RESET)).toBe(token);
    expect(await resetPassword(app, token)).toBeNull();
  });

  it('should replace a link that is older, so that one at most is live', async () => {
    const { email } = await givenUser(app);
    await requestReset(app, email);
    const token = await tokenFor(app, email, RESET);
    app.clock.advance({ seconds: 121 });
    await requestReset(app, email);
    expect(await tokenFor(app, email, RESET)).not.toBe(token);
    expect(await resetPassword(app, token)).toBe('INVALID_RESET_TOKEN');
  });
});

describe('somebody who floods a mailbox in another way', () => {
  it('should have three verification mails sent, and leave their link alone', async () => {
    const { id, email } = await givenUser(app);
    await resend(app, email);
    const { token } = await verificationIn(app, email);
    for (let index = 0; index < 20; index += 1) await resend(app, email);
    expect(await count(email, 'verification code')).toBe(3);
    expect(await verify(app, id, token)).toBeNull();
  });

  it('should have three confirmations sent to an address that is nobody’s', async () => {
    for (let index = 0; index < 6; index += 1) {
      const person = await givenUser(app);
      await changeEmail(app, person, 'stranger@example.com');
      await deliverMails(app);
      await app.rows('delete from users where id = ? returning id', [person.id]);
    }
    expect((await mailsTo(app, 'stranger@example.com')).length).toBe(3);
  });

  it('should have three welcomes sent by registering and deleting again and again', async () => {
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { tokens { accessToken } } }';
    for (let index = 0; index < 6; index += 1) {
      const { data } = await app.graphql<{ register: { tokens: { accessToken: string } } }>(query, {
        input: { email: 'welcomed@example.com', password: PASSWORD },
      });
      const token = data!.register.tokens.accessToken;
      await app.graphql(
        'mutation ($password: String!) { deleteAccount(password: $password) }',
        { password: PASSWORD },
        { token },
      );
    }
    expect((await mailsTo(app, 'welcomed@example.com')).length).toBe(3);
  });

  it('should have three notices of a kind sent to an address that they registered and nobody verified', async () => {
    const person = await givenUser(app, { email: 'unasked@example.com' });
    const query = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }';
    for (let index = 0; index < 8; index += 1) {
      const input = { username: `name-${index}` };
      await app.graphql(query, { input }, { token: person.accessToken });
    }
    expect(await count('unasked@example.com', 'username')).toBe(3);
  });
});
