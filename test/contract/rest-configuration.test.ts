import { PASSWORD } from '../support/people';
import { refusal, rest, type RestAnswer, sql } from '../support/rest';
import { useApp } from '../support/test-app';

const PLAIN = 'securepassword';

describe('REQUIRE_EMAIL_VERIFICATION=true', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });

  it('should give no token at registration, and keep the old address until the new one is confirmed', async () => {
    const json = { username: 'strict', email: 'strict@example.com', password: PLAIN };
    const registered = await rest(app, 'POST /auth/register', { json });
    expect(registered.body).toEqual({ message: 'User registered successfully', username: 'strict' });
    expect(refusal(await rest(app, 'POST /auth/login', { json }))).toEqual([401, 'EMAIL_NOT_VERIFIED']);
    await sql(app, 'update users set is_active = true, is_email_verified = true where username = ?', [
      'strict',
    ]);
    const { body } = await rest(app, 'POST /auth/login', { json });
    const answer = await rest(app, 'PUT /auth/users/strict/email', {
      token: body.access_token as string,
      json: { new_email: 'pending@example.com', current_password: PLAIN },
    });
    expect(answer.body).toEqual({
      message: 'Confirmation sent to the new address',
      username: 'strict',
      email: 'strict@example.com',
    });
  });

  it('should let an account without an address sign in: it has nothing to verify', async () => {
    const json = { login: 'nameonly', password: PLAIN };
    await rest(app, 'POST /api/register', { json });
    expect((await rest(app, 'POST /api/login', { json })).status).toBe(200);
  });
});

describe('PASSWORD_POLICY_EVERYWHERE=true', () => {
  const app = useApp({ PASSWORD_POLICY_EVERYWHERE: 'true' });

  it('should demand the strict rule in every family', async () => {
    const answers = [
      await rest(app, 'POST /api/register', { json: { login: 'somebody', password: PLAIN } }),
      await rest(app, 'POST /auth/register', {
        json: { username: 'somebody', email: 'a@example.com', password: PLAIN },
      }),
      await rest(app, 'POST /balance_hub/auth/register', {
        json: { username: 'somebody', email: 'a@example.com', password: 'SecurePassword1' },
      }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.details[0].field]).toEqual([422, 'password']);
    }
    const json = { login: 'somebody', password: PASSWORD };
    expect((await rest(app, 'POST /api/register', { json })).status).toBe(201);
  });
});

describe('PUBLIC_URL over https', () => {
  const app = useApp({ PUBLIC_URL: 'https://auth.example.com', CORS_ORIGINS: 'https://app.example.com' });

  it('should mark the cookie Secure, and take it from allowed origins', async () => {
    const json = { email: 'secure@example.com', password: PASSWORD };
    await rest(app, 'POST /api/auth/register', { json });
    const signedIn = await rest(app, 'POST /balance_hub/auth/login', { json });
    expect(signedIn.headers.get('set-cookie')).toContain('; HttpOnly; Secure; SameSite=Lax');
    const cookie = /^access_token=([^;]*)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1];
    const update = (origin: string): Promise<RestAnswer> =>
      rest(app, 'PUT /balance_hub/auth/update-user', {
        cookie,
        headers: { origin },
        json: { full_name: 'Me' },
      });
    expect((await update('https://app.example.com')).status).toBe(200);
    expect((await update('https://auth.example.com')).status).toBe(200);
    expect((await update('http://auth.example.com')).status).toBe(403);
  });
});

describe('CREDITS_ADD_POLICY=admin', () => {
  const app = useApp({ CREDITS_ADD_POLICY: 'admin' });

  it('should let administrators add credits and refuse everybody else with 403', async () => {
    const json = { username: 'payer', email: 'payer@example.com', password: PLAIN };
    const { body } = await rest(app, 'POST /auth/register', { json });
    const token = body.access_token as string;
    const add = (): Promise<RestAnswer> => rest(app, 'POST /credits/add', { token, json: { amount: 1 } });
    expect(refusal(await add())).toEqual([403, 'FORBIDDEN']);
    await sql(app, "update users set role = 'admin' where username = ?", ['payer']);
    const signedIn = await rest(app, 'POST /auth/login', { json });
    const again = await rest(app, 'POST /credits/add', {
      token: signedIn.body.access_token as string,
      json: { amount: 1 },
    });
    expect(again.status).toBe(200);
  });
});

describe('REST_FAMILIES=session', () => {
  const app = useApp({ REST_FAMILIES: 'session' });

  it('should serve that family, what belongs to none, and nothing else', async () => {
    const statuses = async (method: string, ...paths: string[]): Promise<number[]> =>
      Promise.all(paths.map(async (path) => (await fetch(`${app.url}${path}`, { method })).status));
    expect(await statuses('POST', '/api/register')).toEqual([422]);
    const off = ['/api/auth/register', '/auth/register', '/credits/add', '/balance_hub/auth/login'];
    expect(await statuses('POST', ...off)).toEqual([404, 404, 404, 404]);
    expect(await statuses('GET', '/', '/health', '/metrics', '/docs', '/redoc')).toEqual([
      200, 200, 200, 200, 200,
    ]);
  });

  it('should describe just what it serves', async () => {
    const document = (await (await fetch(`${app.url}/openapi.json`)).json()) as {
      paths: object;
      tags: { name: string }[];
    };
    expect(document.tags.map(({ name }) => name)).toEqual([
      ...['session', 'discovery', 'oauth', 'forward-auth', 'system'],
    ]);
    expect(Object.keys(document.paths)).not.toContain('/auth/me');
  });
});
