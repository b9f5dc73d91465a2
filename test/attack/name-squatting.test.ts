import { changeEmail } from '../support/account-flows';
import { givenLogin, givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

describe('somebody who takes an address as their login and then moves on', () => {
  it('should not keep its owner from it for ever', async () => {
    const owner = await givenLogin(app, 'wanted@example.com');
    expect(await changeEmail(app, owner, 'elsewhere@example.com')).toBeNull();
    app.clock.advance({ hours: 73 });
    await givenUser(app, { email: 'wanted@example.com' });
  });
});
