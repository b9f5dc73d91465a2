import { LIMITED, tryLogin } from '../support/attacks';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp(LIMITED);

const PATHS = {
  'auth-serve': '/api/auth/login',
  session: '/api/login',
  credit: '/auth/login',
  'balance-hub': '/balance_hub/auth/login',
};

async function tryRest(family: keyof typeof PATHS, from: string): Promise<Response> {
  const name = { 'auth-serve': 'email', session: 'login', credit: 'username', 'balance-hub': 'email' }[
    family
  ];
  return fetch(`${app.url}${PATHS[family]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    // Another account each time, so that only the address can be what is counted.
    body: JSON.stringify({ [name]: `nobody${Math.random()}@example.com`, password: 'Wrong-Horse-8' }),
  });
}

describe('more tries by changing the protocol', () => {
  it("should leave balance-hub's 10 exhausted by 60 logins through auth-serve, and auth-serve's 60 as well", async () => {
    const from = '192.0.2.60';
    for (let attempt = 0; attempt < 60; attempt += 1) {
      expect((await tryRest('auth-serve', from)).status).toBe(401);
    }
    const limited = await tryRest('balance-hub', from);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await limited.json()).toMatchObject({ code: 'RATE_LIMITED', error: 'RateLimitExceededException' });
    expect((await tryRest('auth-serve', from)).status).toBe(429);
    expect((await tryLogin(app, { identifier: 'x@example.com', from })).errors[0]?.extensions.code).toBe(
      'RATE_LIMITED',
    );
  });

  it('should count logins through GraphQL against every family', async () => {
    const from = '192.0.2.61';
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await tryLogin(app, { identifier: `stranger${attempt}@example.com`, from });
    }
    expect((await tryRest('balance-hub', from)).status).toBe(429);
    expect((await tryRest('session', from)).status).toBe(401);
    expect((await tryRest('credit', from)).status).toBe(401);
  });

  it('should send one owner five codes an hour, whether named by address or by id', async () => {
    const { id, email } = await givenUser(app);
    const byAddress = 'mutation ($email: String!) { resendVerification(email: $email) }';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await app.graphql(byAddress, { email })).data).toEqual({ resendVerification: true });
    }
    const byId = await fetch(`${app.url}/balance_hub/auth/resend-verification?user_id=${id}`, {
      method: 'POST',
    });
    expect(byId.status).toBe(429);
  });

  it('should tell on every limited answer how many tries are left', async () => {
    const answer = await tryRest('session', '192.0.2.62');
    expect(answer.headers.get('ratelimit')).toContain('r=99');
    expect(answer.headers.get('ratelimit-policy')).toContain('q=100');
  });

  it('should limit each endpoint of the session family for itself, and health never', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.63' };
    const profile = (): Promise<Response> => fetch(`${app.url}/api/profile`, { headers });
    const statuses = await Promise.all(
      Array.from({ length: 101 }, () => profile().then(({ status }) => status)),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const logout = await fetch(`${app.url}/api/logout`, { method: 'POST', headers });
    expect(logout.status).toBe(401);
    const health = await fetch(`${app.url}/health`, { headers });
    expect([health.status, health.headers.get('ratelimit')]).toEqual([200, null]);
  });
});
