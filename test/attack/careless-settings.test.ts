import { randomBytes } from 'node:crypto';
import { ConfigurationError, loadConfig } from '../../src/config';
import { book } from '../support/credits';
import { codesOf, givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const SECRET = 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa';
const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET_KEY: SECRET,
  PUBLIC_URL: 'https://auth.example.com',
};
const EXPOSED = { NODE_ENV: '', HOST: '0.0.0.0' };

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env, () => 'a generated key');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ variable, rule }) => `${variable} ${rule}`);
    throw error;
  }
}

describe('a signing key in production', () => {
  const REFUSED = [
    expect.stringMatching(/^JWT_SECRET_KEY must (be random|not be a published)/) as unknown as string,
  ];

  // prettier-ignore
  it.each([
    'a'.repeat(32), 'A'.repeat(64), 'ab'.repeat(16), 'abc'.repeat(11), '0'.repeat(64), ' '.repeat(31) + 'x', 'é'.repeat(32),
    'abcdefgh'.repeat(4), '0123456789abcdef'.repeat(2), '12345678'.repeat(8), 'deadbeef'.repeat(8), 'password'.repeat(4),
    'Password1!Password1!Password1!Password1!', 'secretsecretsecretsecretsecretsecret', 'change-me-change-me-change-me-change-me',
    'qwertyuiopasdfghjklzxcvbnm123456', '1234567890qwertyuiopasdfghjklzxcvbnm', 'QwErTyUiOpAsDfGhJkLzXcVbNm123456',
    'abcdefghijklmnopqrstuvwxyz012345', 'zyxwvutsrqponmlkjihgfedcba987654', '0123456789'.repeat(4), 'asdfasdfasdfasdfasdfasdfasdfasdf',
    'aaaaaaaabbbbbbbbccccccccdddddddd', 'qwertzuiopasdfghjklyxcvbnm-123456789',
  ])('should be refused when it is a pattern: %s', (secret) => {
    expect(problemsOf({ ...PRODUCTION, JWT_SECRET_KEY: secret })).toEqual(REFUSED);
  });

  it.each(['SECRETS_KEY', 'JWT_PREVIOUS_SECRET_KEY'])('should be refused as %s too', (name) => {
    for (const secret of ['a'.repeat(40), 'password'.repeat(4), 'change-me-change-me-change-me-change-me'])
      expect(problemsOf({ ...PRODUCTION, [name]: secret })).toEqual([
        expect.stringMatching(new RegExp(`^${name} must (be random|not be a published)`)),
      ]);
    expect(problemsOf({ ...PRODUCTION, [name]: 'Zk3vQ9tB7mX1wR5nL8pS2dF6hJ0cG4yA' })).toEqual([]);
  });

  it('should be taken when it is random', () => {
    for (let count = 0; count < 200; count += 1) {
      const bytes = randomBytes(32);
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(problemsOf({ ...PRODUCTION, JWT_SECRET_KEY: bytes.toString(encoding) })).toEqual([]);
      expect(problemsOf({ ...PRODUCTION, JWT_SECRET_KEY: bytes.toString('hex').slice(0, 32) })).toEqual([]);
    }
  });

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('should be as long as the hash of %s: %i bytes', (algorithm, bytes) => {
    const secret = randomBytes(64).toString('base64url');
    const env = { ...PRODUCTION, JWT_ALGORITHM: algorithm };
    expect(problemsOf({ ...env, JWT_SECRET_KEY: secret.slice(0, bytes) })).toEqual([]);
    expect(problemsOf({ ...env, JWT_SECRET_KEY: secret.slice(0, bytes - 1) })).toEqual([
      bytes === 32
        ? 'JWT_SECRET_KEY must be at least 32 characters long'
        : `JWT_SECRET_KEY must have at least ${bytes} bytes for ${algorithm} in production`,
    ]);
  });

  it('should not show itself when it is refused', () => {
    const refusal = problemsOf({ ...PRODUCTION, JWT_SECRET_KEY: 'hunter2!'.repeat(4) });
    expect(refusal.join()).toMatch(/random/);
    expect(refusal.join()).not.toContain('hunter2');
  });
});

describe('PUBLIC_URL in production', () => {
  const HTTPS =
    'PUBLIC_URL must begin with https:// in production, unless TRUST_PROXY is set or it leads to this machine';

  it('should be demanded', () => {
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: '' })).toEqual(['PUBLIC_URL must be set in production']);
  });

  it.each([
    ['http://auth.example.com', [HTTPS]],
    ['HTTP://Auth.Example.com:8080/auth', [HTTPS]],
    ['http://10.0.0.1', [HTTPS]],
    ['http://0.0.0.0:4000', [HTTPS]],
    ['http://localhost.example.com', [HTTPS]],
    ['http://127.0.0.1.example.com', [HTTPS]],
    ['http://localhost:4000', []],
    ['http://127.0.0.1:4000', []],
    ['http://127.1', []],
    ['http://[::1]:4000', []],
    ['https://auth.example.com', []],
  ])('should be safe to send tokens to: %s', (url, problems) => {
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: url })).toEqual(problems);
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: url, TRUST_PROXY: '10.0.0.0/8' })).toEqual([]);
    // Reset links lead there as well.
    expect(problemsOf({ ...PRODUCTION, FRONTEND_URL: url })).toEqual(
      problems.map((problem) => problem.replace('PUBLIC_URL', 'FRONTEND_URL')),
    );
  });
});

describe('production without a word about credits', () => {
  const app = useApp({ NODE_ENV: 'production', BCRYPT_COST: '10', RATE_LIMIT_ENABLED: 'true' });

  it('should let nobody grant credits to themselves', async () => {
    const person = await givenUser(app);
    expect((await book(app, person, 'addCredits', { amount: '100' })).code).toBe('FORBIDDEN');
    const warnings = app.events().filter((event) => event.endsWith('_in_production'));
    expect(warnings.filter((event) => event !== 'embedded_database_in_production')).toEqual([]);
  });
});

describe('production with its guards down', () => {
  const app = useApp({
    NODE_ENV: 'production',
    BCRYPT_COST: '10',
    RATE_LIMIT_ENABLED: 'false',
    CORS_ORIGINS: '*',
    CREDITS_ADD_POLICY: 'self',
  });

  it('should be warned of at the start', () => {
    expect(app.events()).toEqual(
      expect.arrayContaining([
        'rate_limits_off_in_production',
        'every_origin_may_read_in_production',
        'everybody_may_add_credits_in_production',
      ]),
    );
  });
});

describe('a service that lets others in, and whose operator never named its environment', () => {
  const app = useApp(EXPOSED);

  it('should be warned of loudly', () => {
    const warning = app.logLines.find((line) => line.includes('environment_not_named'));
    expect(warning).toContain('NODE_ENV IS NOT SET, AND HOST LETS OTHERS IN');
  });

  it('should show no mails', async () => {
    expect((await app.request('/dev/mailbox')).status).toBe(404);
  });

  it('should give away neither Sandbox nor its schema', async () => {
    const page = await app.request('/graphql', { headers: { accept: 'text/html' } });
    expect([page.status, page.text.includes('sandbox')]).toEqual([400, false]);
    expect(codesOf(await app.graphql('{ __schema { types { name } } }'))).toEqual(['BAD_REQUEST']);
    expect((await app.graphql('{ mee { id } }')).errors[0]?.message).not.toContain('Did you mean');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'auth.internal'])(
    'should be given no key by itself: %s',
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([
        'JWT_SECRET_KEY must be set: HOST lets others in and NODE_ENV is not set, so no key is generated (for a try-out set NODE_ENV=development, or HOST=127.0.0.1)',
      ]);
      expect(problemsOf({ HOST, ENVIRONMENT: 'development' })).toEqual([]);
      expect(problemsOf({ HOST, NODE_ENV: 'test' })).toEqual([]);
      expect(problemsOf({ HOST, JWT_SECRET_KEY: SECRET })).toEqual([]);
    },
  );

  it.each(['', '127.0.0.1', '127.8.9.10', 'localhost', 'LOCALHOST', '::1'])(
    'should not be this one: %s',
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([]);
      expect(loadConfig({ HOST }, () => 'generated')).toMatchObject({
        isExposedUnnamed: false,
        servesDevelopers: true,
        graphql: { introspection: true },
      });
    },
  );
});
