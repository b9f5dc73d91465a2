import { request } from 'node:http';
import { mailTo } from '../support/mailbox';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ TRUST_PROXY: 'loopback' });

/** fetch() does not let a client forge its Host. */
function post(headers: Record<string, string>, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const outgoing = request(
      {
        hostname,
        port,
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

describe('somebody who asks for another one’s reset link under a Host of their own', () => {
  it.each([
    [{ host: 'evil.example' }],
    [{ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    [{ forwarded: 'host=evil.example;proto=https' }],
    [{ 'x-original-host': 'evil.example', 'x-host': 'evil.example' }],
  ])('should find the configured address in it: %j', async (headers) => {
    const person = await givenUser(app);
    const query = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
    expect(await post(headers, { query, variables: { email: person.email } })).toBe(200);
    const { text, html } = await mailTo(app, person.email, 'Reset your password');
    expect(text).toContain('http://localhost:4000/reset-password?token=');
    expect(text + html).not.toContain('evil.example');
  });
});
