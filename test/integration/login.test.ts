import { codesOf, disable, givenUser, PASSWORD, tokenError, type Tokens } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

type LoggedIn = GraphQLAnswer<{ login: { user: { id: string; lastLoginAt: string }; tokens: Tokens } }>;

function login(identifier: string, password = PASSWORD): Promise<LoggedIn> {
  return app.graphql(
    `mutation ($input: LoginInput!) {
      login(input: $input) { user { id lastLoginAt } tokens { accessToken refreshToken } }
    }`,
    { input: { identifier, password } },
  );
}

describe('who one is', () => {
  it.each([
    ['by email address', 'Grace@example.com'],
    ['by email address in another case', 'gRACE@EXAMPLE.com'],
    ['by email address with spaces around', '  Grace@example.com\t'],
    ['by username', 'Grace.H'],
    ['by username in another case', 'gRACE.h'],
    ['by username with spaces around', ' Grace.H\n'],
    ['by username in full-width letters', 'Ｇｒａｃｅ.H'],
  ])('should be told %s', async (_name, identifier) => {
    const [row] = await app.rows<{ id: string }>("select id from users where username = 'Grace.H'");
    const id = row ? row.id : (await givenUser(app, { email: 'Grace@example.com', username: 'Grace.H' })).id;
    const { data } = await login(identifier);
    expect(data?.login.user.id).toBe(id);
    expect(await tokenError(app, data!.login.tokens.accessToken)).toBeNull();
  });

  it('should note the time', async () => {
    const person = await givenUser(app);
    app.clock.advance({ hours: 1 });
    const { data } = await login(person.email);
    expect(data?.login.user.lastLoginAt).toBe(app.clock.now().toISOString());
  });
});

describe('a refusal', () => {
  it('should be the same for a wrong password and an unknown account', async () => {
    const person = await givenUser(app, { username: 'known' });
    const answers = await Promise.all([
      login(person.email, 'Wrong-Pass-1'),
      login('known', 'Wrong-Pass-1'),
      login('nobody@example.com'),
      login('nobody'),
      login(person.email, PASSWORD.toLowerCase()),
      login(person.email, `${PASSWORD} `),
    ]);
    for (const { data, errors } of answers) {
      expect(data).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({
        message: 'Invalid email or password',
        extensions: { code: 'INVALID_CREDENTIALS', http_status: 401 },
      });
    }
  });

  it('should tell of a disabled account only whoever knows the password', async () => {
    const person = await givenUser(app);
    await disable(app, person);
    expect(codesOf(await login(person.email))).toEqual(['ACCOUNT_DISABLED']);
    expect(codesOf(await login(person.email, 'Wrong-Pass-1'))).toEqual(['INVALID_CREDENTIALS']);
  });

  it('should open no session', async () => {
    const person = await givenUser(app);
    const before = await app.count('sessions');
    await login(person.email, 'Wrong-Pass-1');
    expect(await app.count('sessions')).toBe(before);
  });
});
