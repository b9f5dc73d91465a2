import { codeFor } from '../support/mailbox';
import { rest } from '../support/rest';
import { useApp, type TestApp } from '../support/test-app';

const PASSWORD = 'Correct-Horse-7';

interface Face {
  readonly name: string;
  /** Makes an account that can sign in. */
  register(app: TestApp, email: string): Promise<void>;
  /** The id that the face tells of whoever signs in. */
  signIn(app: TestApp, email: string): Promise<number>;
}

const usernameOf = (email: string): string => email.split('@')[0] ?? '';

const graphql: Face = {
  name: 'GraphQL',
  async register(app, email) {
    const input = { email, password: PASSWORD };
    await app.graphql('mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }', {
      input,
    });
  },
  async signIn(app, email) {
    const { data } = await app.graphql<{ login: { user: { id: string } } }>(
      'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }',
      { input: { identifier: email, password: PASSWORD } },
    );
    return Number(data?.login.user.id);
  },
};

const authServe: Face = {
  name: 'auth-serve',
  async register(app, email) {
    await rest(app, 'POST /api/auth/register', { json: { email, password: PASSWORD } });
  },
  async signIn(app, email) {
    const { body } = await rest(app, 'POST /api/auth/login', { json: { email, password: PASSWORD } });
    return (body as { data: { user: { id: number } } }).data.user.id;
  },
};

const session: Face = {
  name: 'session',
  async register(app, email) {
    await rest(app, 'POST /api/register', { json: { login: email, password: PASSWORD } });
  },
  async signIn(app, email) {
    const { body } = await rest(app, 'POST /api/login', { json: { login: email, password: PASSWORD } });
    const { access_token: token } = body as { access_token: string };
    const profile = await rest(app, 'GET /api/profile', { token });
    return (profile.body as { id: number }).id;
  },
};

const credit: Face = {
  name: 'credit',
  async register(app, email) {
    await rest(app, 'POST /auth/register', {
      json: { username: usernameOf(email), email, password: PASSWORD },
    });
  },
  async signIn(app, email) {
    const { body } = await rest(app, 'POST /auth/login', { json: { username: email, password: PASSWORD } });
    const { access_token: token } = body as { access_token: string };
    const user = await rest(app, `GET /auth/users/${encodeURIComponent(email)}`, { token });
    return (user.body as { id: number }).id;
  },
};

const balanceHub: Face = {
  name: 'balance-hub',
  async register(app, email) {
    const json = { username: usernameOf(email), email, password: PASSWORD };
    const { body } = await rest(app, 'POST /balance_hub/auth/register', { json });
    const { user_id: id } = body as { user_id: number };
    await rest(app, 'POST /balance_hub/auth/verify-email', {
      json: { user_id: id, code: await codeFor(app, email) },
    });
  },
  async signIn(app, email) {
    const { body } = await rest(app, 'POST /balance_hub/auth/login', { json: { email, password: PASSWORD } });
    return (body as { user: { id: number } }).user.id;
  },
};

const faces = [graphql, authServe, session, credit, balanceHub];
const pairs = faces.flatMap((made) =>
  faces.filter((other) => other !== made).map((used) => [made, used] as const),
);

const app = useApp();

it.each(pairs.map(([made, used]) => [made.name, used.name, made, used] as const))(
  'should sign in an account made through %s through %s, as the same person',
  async (_made, _used, made, used) => {
    const email = `pair${made.name}to${used.name}@example.com`.toLowerCase().replaceAll('-', '');
    await made.register(app, email);
    const id = await used.signIn(app, email);
    expect(id).toBeGreaterThan(0);
    expect(await made.signIn(app, email)).toBe(id);
  },
);

it('should try all twenty pairs', () => {
  expect(pairs).toHaveLength(20);
});
