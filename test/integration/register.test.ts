import { codesOf, givenUser, PASSWORD, tokenError } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

interface Registered {
  readonly register: {
    readonly user: Record<string, unknown>;
    readonly nextStep: string;
    readonly tokens: { accessToken: string; refreshToken: string; expiresIn: number };
  };
}

function register(input: Record<string, unknown>): Promise<GraphQLAnswer<Registered>> {
  return app.graphql(
    `mutation ($input: RegisterInput!) {
      register(input: $input) {
        user { id email username firstName lastName fullName pendingEmail isActive isEmailVerified isAdmin role
          createdAt updatedAt lastLoginAt }
        nextStep
        tokens { accessToken tokenType expiresIn refreshToken refreshExpiresIn }
      }
    }`,
    { input: { password: PASSWORD, ...input } },
  );
}

describe('a new account', () => {
  it('should be answered whole, signed in, with what was sent and nothing else', async () => {
    const { data } = await register({
      email: ' Ada.Lovelace@EXAMPLE.com ',
      username: 'Ada_L.',
      firstName: ' Ada ',
      lastName: 'Lovelace',
    });
    const now = app.clock.now().toISOString();
    expect(data).toEqual({
      register: {
        user: {
          id: expect.stringMatching(/^[1-9][0-9]*$/) as string,
          email: 'Ada.Lovelace@example.com',
          username: 'Ada_L.',
          firstName: 'Ada',
          lastName: 'Lovelace',
          fullName: null,
          pendingEmail: null,
          isActive: true,
          isEmailVerified: false,
          isAdmin: false,
          role: 'USER',
          createdAt: now,
          updatedAt: now,
          lastLoginAt: now,
        },
        nextStep: 'NONE',
        tokens: {
          accessToken: expect.any(String) as string,
          tokenType: 'bearer',
          expiresIn: 3600,
          refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string,
          refreshExpiresIn: 2_592_000,
        },
      },
    });
    expect(await tokenError(app, data!.register.tokens.accessToken)).toBeNull();
  });

  it.each([
    ['absent', {}],
    ['null', { username: null, firstName: null, lastName: null }],
  ])('should be made without what is %s', async (name, optional) => {
    const { data } = await register({ email: `${name}@example.com`, ...optional });
    expect(data?.register.user).toMatchObject({ username: null, firstName: null, lastName: null });
  });

  it('should have no first name when an empty one is sent', async () => {
    const { data } = await register({ email: 'empty-name@example.com', firstName: '  ' });
    expect(data?.register.user['firstName']).toBeNull();
  });

  it('should keep its password as a bcrypt hash only', async () => {
    const { data } = await register({ email: 'hashed@example.com' });
    const [row] = await app.rows('select * from users where id = ?', [data?.register.user['id']]);
    expect(row?.['hashed_password']).toMatch(/^\$2b\$04\$/);
    expect(JSON.stringify(row)).not.toContain(PASSWORD);
  });

  it('should have a refresh token that the database knows as a hash only', async () => {
    const { data } = await register({ email: 'token-hash@example.com' });
    const rows = await app.rows("select encode(token_hash, 'base64') as hash from refresh_tokens");
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(data!.register.tokens.refreshToken);
  });

  it('should read a full-width username as the plain one, so that nobody can pose as another', async () => {
    await register({ email: 'plain@example.com', username: 'grace' });
    const posing = await register({ email: 'wide@example.com', username: 'ｇｒａｃｅ' });
    expect(codesOf(posing)).toEqual(['USER_ALREADY_EXISTS']);
  });
});

describe('what the rules allow at their edges', () => {
  it.each([
    ['the shortest username', { username: 'abc' }],
    ['the longest username', { username: 'a'.repeat(50) }],
    ['every sign of a username', { username: 'a.b_c-9' }],
    ['a name of 100 characters', { firstName: 'é'.repeat(100) }],
    ['a password of 8 characters', { password: 'Abcdef1!' }],
    ['a password of 72 bytes', { password: `Aa1!${'é'.repeat(34)}` }],
    ['a password with letters of another alphabet', { password: 'Пароль-77' }],
    ['a plus address', { email: 'edge+tag@example.com' }],
    ['a subdomain', { email: 'edge@mail.example.co.uk' }],
    ['a domain in Punycode', { email: 'edge@xn--bcher-kva.example' }],
  ])('should take %s', async (name, input) => {
    const answer = await register({ email: `${name.replaceAll(' ', '-')}@example.com`, ...input });
    expect(answer.errors).toEqual([]);
  });
});

describe('what the rules refuse', () => {
  it.each([
    ['short', 'Abc-123', 'must be at least 8 characters long'],
    ['without an uppercase letter', 'abcdef-1', 'must contain an uppercase letter'],
    ['without a lowercase letter', 'ABCDEF-1', 'must contain a lowercase letter'],
    ['without a digit', 'Abcdefg-', 'must contain a digit'],
    ['without a special character', 'Abcdefg1', 'must contain a special character'],
    ['of letters only', 'abcdefgh', 'must contain an uppercase letter, a digit, a special character'],
    ['of 73 bytes', `Aa1!${'é'.repeat(34)}x`, 'must be at most 72 bytes long in UTF-8'],
  ])('should refuse a password %s', async (_name, password, message) => {
    const { errors } = await register({ email: 'weak@example.com', password });
    expect(errors[0]?.extensions.details).toEqual([{ field: 'password', message }]);
  });

  it('should name every broken rule at once', async () => {
    const { data, errors } = await register({
      email: 'nowhere',
      password: 'weak',
      username: 'a b',
      firstName: 'x'.repeat(101),
      lastName: '\u0007',
    });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', http_status: 422 });
    expect(errors[0]?.extensions.details).toEqual([
      { field: 'email', message: 'must be a valid email address' },
      { field: 'password', message: 'must be at least 8 characters long' },
      { field: 'username', message: 'may contain letters, digits, ".", "_" and "-" only' },
      { field: 'firstName', message: 'must be at most 100 characters' },
      { field: 'lastName', message: 'contains characters that are not allowed' },
    ]);
  });
});

describe('what is taken', () => {
  it.each([
    ['the same email', { email: 'taken@example.com' }],
    ['the email in another case', { email: 'TAKEN@Example.COM' }],
    ['the same username', { email: 'free1@example.com', username: 'taken' }],
    ['the username in another case', { email: 'free2@example.com', username: 'TaKeN' }],
  ])('should refuse %s', async (_name, input) => {
    if ((await app.rows("select 1 from users where username = 'taken'")).length === 0) {
      await givenUser(app, { email: 'taken@example.com', username: 'taken' });
    }
    const before = await app.count('users');
    const answer = await register(input);
    expect(codesOf(answer)).toEqual(['USER_ALREADY_EXISTS']);
    expect(answer.errors[0]?.extensions.http_status).toBe(409);
    expect(await app.count('users')).toBe(before);
  });

  it.each([
    ['one email', () => ({ email: 'race@example.com' })],
    ['one email in two cases', (i: number) => ({ email: i === 0 ? 'Case@example.com' : 'case@EXAMPLE.com' })],
    [
      'one username',
      (i: number) => ({ email: `race${i}@example.com`, username: i === 0 ? 'Racer' : 'racer' }),
    ],
  ])('should let exactly one of two have %s at the same moment', async (_name, input) => {
    const answers = await Promise.all([0, 1].map((i) => register(input(i))));
    expect(answers.map((answer) => codesOf(answer)[0] ?? 'success').sort()).toEqual([
      'USER_ALREADY_EXISTS',
      'success',
    ]);
  });
});
