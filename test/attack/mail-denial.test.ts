import {
  changeEmail,
  requestReset,
  resend,
  submit,
  undoToken,
  verificationIn,
} from '../support/account-flows';
import { LIMITED } from '../support/attacks';
import { deliverMails, mailTo } from '../support/mailbox';
import { givenUser, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({
  ...LIMITED,
  RATE_LIMIT_GRAPHQL_FORGOT: '1000/minute',
  RATE_LIMIT_GRAPHQL_RESEND: '1000/hour',
});

describe('a stranger who uses up the mails of an address that nobody has yet', () => {
  it('should not keep its owner from registering with it', async () => {
    for (let index = 0; index < 12; index += 1) await resend(app, 'newcomer@example.com');
    await deliverMails(app);
    const { status } = await app.request('/balance_hub/auth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'newcomer', email: 'newcomer@example.com', password: PASSWORD }),
    });
    expect(status).toBe(201);
    expect((await verificationIn(app, 'newcomer@example.com')).code).toMatch(/^\d{6}$/);
  });

  it('should not keep the owner of a moved account from a new password after taking the change back', async () => {
    const owner = await givenUser(app, { email: 'moved@example.com' });
    await changeEmail(app, owner, 'evil@example.com');
    for (let index = 0; index < 12; index += 1) await requestReset(app, owner.email);
    await deliverMails(app);
    expect(await submit(app, 'undo-email-change', { token: await undoToken(app, owner.email) })).toBe(200);
    await mailTo(app, owner.email, 'Reset your password');
  });
});
