import { givenUser, PASSWORD } from '../support/people';
import { rest } from '../support/rest';
import { useApp, type GraphQLAnswerError } from '../support/test-app';

const app = useApp();
const REFUSED = 'Bearer error="invalid_token"';

const revoked = async (): Promise<string> => {
  const { accessToken } = await givenUser(app);
  await app.graphql('mutation { logout }', {}, { token: accessToken });
  return accessToken;
};
const expired = async (): Promise<string> => {
  const { accessToken } = await givenUser(app);
  app.clock.advance({ hours: 2 });
  return accessToken;
};

async function errorOf(query: string, variables: object, token?: string): Promise<GraphQLAnswerError> {
  const options = token === undefined ? {} : { token };
  const { errors } = await app.graphql(query, { ...variables }, options);
  return errors[0]!;
}

describe('extensions.reauthenticate', () => {
  it('should be true whatever is wrong with an access token', async () => {
    const refused = async (token?: string): Promise<unknown[]> => {
      const { extensions } = await errorOf('{ me { id } }', {}, token);
      return [extensions.code, extensions.reauthenticate];
    };
    expect(await refused()).toEqual(['UNAUTHENTICATED', true]);
    expect(await refused('nonsense')).toEqual(['INVALID_TOKEN', true]);
    expect(await refused(await revoked())).toEqual(['INVALID_TOKEN', true]);
    expect(await refused(await expired())).toEqual(['TOKEN_EXPIRED', true]);
  });

  // prettier-ignore
  it.each<[string, string, object]>([
    ['a wrong password', 'mutation { login(input: { identifier: "a@example.com", password: "b" }) { user { id } } }', {}],
    ['a value that breaks a rule', 'mutation { requestPasswordReset(email: "a") }', {}],
    ['a document that is none', '{', {}],
    ['a refresh token that is none: there is nothing left to refresh with', 'mutation { refresh(refreshToken: "a") { user { id } } }', {}],
    ['no refresh token', 'mutation { refresh { user { id } } }', {}],
  ])('should be absent for %s', async (_what, query, variables) => {
    expect((await errorOf(query, variables)).extensions).not.toHaveProperty('reauthenticate');
  });

  it('should be absent for what somebody may not do, and for a refresh token past its time', async () => {
    const person = await givenUser(app);
    const other = await errorOf('{ user(id: "999") { id } }', {}, person.accessToken);
    expect(other.extensions).toMatchObject({ code: 'FORBIDDEN' });
    app.clock.advance({ days: 40 });
    const late = await errorOf('mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }', {
      t: person.refreshToken,
    });
    expect(late.extensions).toMatchObject({ code: 'TOKEN_EXPIRED' });
    for (const { extensions } of [other, late]) expect(extensions).not.toHaveProperty('reauthenticate');
  });
});

describe('WWW-Authenticate', () => {
  const challenge = async (request: string, options: Parameters<typeof rest>[2] = {}): Promise<unknown[]> => {
    const { status, headers } = await rest(app, request, options);
    return [status, headers.get('www-authenticate')];
  };

  it.each([
    'GET /api/profile',
    'POST /api/logout',
    'GET /auth/me',
    'POST /auth/logout',
    'GET /credits/balance',
    'GET /balance_hub/auth/me',
  ])('should name the error of a refused token, and none without a token: %s', async (request) => {
    expect(await challenge(request)).toEqual([401, 'Bearer']);
    for (const token of ['nonsense', await revoked(), await expired()]) {
      expect(await challenge(request, { token })).toEqual([401, REFUSED]);
    }
    expect(await challenge(request, { headers: { authorization: 'Basic YTpi' } })).toEqual([401, REFUSED]);
  });

  it('should name the error of a refused cookie', async () => {
    expect(await challenge('GET /balance_hub/auth/me', { cookie: await revoked() })).toEqual([401, REFUSED]);
  });

  it('should name no error for a wrong password, and for a refresh token', async () => {
    const { email, username } = { email: 'nobody@example.com', username: 'nobody' };
    const json = { email, username, login: username, password: PASSWORD };
    for (const path of ['/api/auth/login', '/api/login', '/auth/login', '/balance_hub/auth/login']) {
      expect(await challenge(`POST ${path}`, { json })).toEqual([401, 'Bearer']);
    }
    expect(await challenge('POST /api/auth/refresh', { json: { refresh_token: 'nonsense' } })).toEqual([
      401,
      'Bearer',
    ]);
  });
});
