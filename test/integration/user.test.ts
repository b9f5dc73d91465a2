import { sign } from 'jsonwebtoken';
import { codesOf, disable, givenUser, makeAdmin, tokenError, type Person } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

function user(
  person: Person,
  selector: { id?: string | null; username?: string | null },
): Promise<GraphQLAnswer> {
  return app.graphql(
    'query ($id: ID, $username: String) { user(id: $id, username: $username) { id } }',
    selector,
    {
      token: person.accessToken,
    },
  );
}

describe('me', () => {
  it('should answer the caller', async () => {
    const person = await givenUser(app, { username: 'mary', firstName: 'Mary' });
    const { data } = await app.graphql(
      '{ me { id email username firstName role isAdmin isActive } }',
      {},
      { token: person.accessToken },
    );
    expect(data).toEqual({
      me: {
        id: person.id,
        email: person.email,
        username: 'mary',
        firstName: 'Mary',
        role: 'USER',
        isAdmin: false,
        isActive: true,
      },
    });
  });

  it('should know a new administrator at the next request but one tenth of a second', async () => {
    const person = await givenUser(app);
    await makeAdmin(app, person);
    const { data } = await app.graphql('{ me { role isAdmin } }', {}, { token: person.accessToken });
    expect(data).toEqual({ me: { role: 'ADMIN', isAdmin: true } });
  });

  it('should be refused to a disabled account, whose token was never used', async () => {
    const person = await givenUser(app);
    await disable(app, person);
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should be refused after an hour, until the session is refreshed', async () => {
    const person = await givenUser(app);
    app.clock.advance({ minutes: 59 });
    expect(await tokenError(app, person.accessToken)).toBeNull();
    app.clock.advance({ minutes: 1 });
    expect(await tokenError(app, person.accessToken)).toBe('TOKEN_EXPIRED');
  });
});

describe('the Authorization header', () => {
  const withHeader = async (authorization?: string): Promise<string[]> =>
    codesOf(
      await app.graphql(
        '{ me { id } }',
        {},
        authorization === undefined ? {} : { headers: { authorization } },
      ),
    );

  it('should be missed', async () => {
    expect(await withHeader()).toEqual(['UNAUTHENTICATED']);
  });

  it('should be read whatever the case of its scheme', async () => {
    const { accessToken } = await givenUser(app);
    expect(await withHeader(`bearer ${accessToken}`)).toEqual([]);
    expect(await withHeader(`BEARER   ${accessToken} `)).toEqual([]);
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Basic YWRhOnB3',
    'Bearer a b',
    'Bearer x',
    'Bearer a.b.c',
    `Bearer ${'x'.repeat(5000)}`,
  ])('should be refused when it is %j', async (authorization) => {
    expect(await withHeader(authorization)).toEqual(['INVALID_TOKEN']);
  });

  it('should be refused when the token is signed otherwise, lacks a claim or comes from elsewhere', async () => {
    const { accessToken } = await givenUser(app);
    const secret = 'only-for-tests-0123456789-abcdefghijklmnop';
    const [, body = ''] = accessToken.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const without = (name: string) =>
      sign(Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)), secret, {
        noTimestamp: true,
      });
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${body}.`;
    expect(await withHeader(`Bearer ${sign(claims, secret)}`)).toEqual([]);
    const forged = {
      unsigned,
      'another secret': sign(claims, `${secret}x`),
      'another algorithm': sign(claims, secret, { algorithm: 'HS512' }),
      'another issuer': sign({ ...claims, iss: 'https://evil.example' }, secret),
      'another audience': sign({ ...claims, aud: 'other' }, secret),
      "somebody else's session": sign({ ...claims, id: 999, sub: '999' }, secret),
      ...Object.fromEntries(
        ['iss', 'aud', 'sub', 'jti', 'sid', 'iat', 'exp', 'username', 'is_admin', 'role', 'id'].map(
          (name) => [`no ${name}`, without(name)] as const,
        ),
      ),
    };
    for (const [name, token] of Object.entries(forged)) {
      expect([name, await withHeader(`Bearer ${token}`)]).toEqual([name, ['INVALID_TOKEN']]);
    }
  });
});

describe('user', () => {
  it('should answer oneself, by id or by username in any case', async () => {
    const person = await givenUser(app, { username: 'Self' });
    for (const selector of [{ id: person.id }, { username: 'Self' }, { username: 'sELF' }]) {
      expect((await user(person, selector)).data).toEqual({ user: { id: person.id } });
    }
  });

  it('should refuse others the same way, known or not', async () => {
    const person = await givenUser(app);
    const other = await givenUser(app, { username: 'other' });
    const selectors = [
      { id: other.id },
      { id: '999999' },
      { id: 'x' },
      { id: `0${person.id}` },
      { username: 'other' },
      { username: 'nobody' },
      { username: '' },
    ];
    for (const selector of selectors) {
      const answer = await user(person, selector);
      expect([selector, answer.data, codesOf(answer)]).toEqual([selector, null, ['FORBIDDEN']]);
    }
  });

  it('should answer anyone to an administrator', async () => {
    const admin = await givenUser(app);
    const other = await givenUser(app, { username: 'Found' });
    await makeAdmin(app, admin);
    for (const selector of [{ id: other.id }, { username: 'fOUND' }]) {
      expect((await user(admin, selector)).data).toEqual({ user: { id: other.id } });
    }
    for (const selector of [{ id: '999999' }, { username: 'not-there' }]) {
      expect(codesOf(await user(admin, selector))).toEqual(['USER_NOT_FOUND']);
    }
  });

  it.each([{}, { id: '1', username: 'a' }, { id: null, username: null }])(
    'should refuse %j',
    async (selector) => {
      const answer = await user(await givenUser(app), selector);
      expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
      expect(answer.errors[0]?.extensions.details).toHaveLength(1);
    },
  );

  it('should ask for a token before it looks at anything', async () => {
    expect(codesOf(await app.graphql('{ user(id: "1", username: "a") { id } }'))).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});
