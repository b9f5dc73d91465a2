import { changeEmail, resend } from '../support/account-flows';
import { mailTo } from '../support/mailbox';
import { givenLogin, givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

describe('somebody who names an account so that its mails advertise', () => {
  it('should not get a link into the mailbox of a stranger by a name that reads like a site', async () => {
    await givenUser(app, { email: 'reader@example.com', username: 'www.evil.example' });
    await resend(app, 'reader@example.com');
    const { text, html } = await mailTo(app, 'reader@example.com', 'verification code');
    expect(text).not.toContain('evil.example');
    expect(html).not.toContain('evil.example');
  });

  it('should not get a text of theirs into it by a login that is a sentence', async () => {
    const owner = await givenLogin(app, 'You won! Visit https://evil.example/x');
    expect(await changeEmail(app, owner, 'winner@example.com')).toBeNull();
    const { text, html } = await mailTo(app, 'winner@example.com', 'verification code');
    expect(text).not.toContain('evil.example');
    expect(html).not.toContain('evil.example');
  });
});
