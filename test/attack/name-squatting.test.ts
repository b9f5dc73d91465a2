import { changeEmail } from '../support/account-flows';
import { givenUser, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

describe('somebody who takes an address as their login and then moves on', () => {
  it('should not keep its owner from it for ever', async () => {
    const credentials = { login: 'wanted@example.com', password: PASSWORD };
    const post = (path: string) =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(credentials),
      });
    expect((await post('/api/register')).status).toBe(201);
    const { access_token: accessToken } = (await post('/api/login')).json as { access_token: string };
    expect(await changeEmail(app, { accessToken, password: PASSWORD }, 'elsewhere@example.com')).toBeNull();
    app.clock.advance({ hours: 73 });
    await givenUser(app, { email: 'wanted@example.com' });
  });
});
