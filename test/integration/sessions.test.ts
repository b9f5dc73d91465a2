import { codesOf, givenUser, logIn, makeAdmin, tokenError } from '../support/people';
import { refusal, rest } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();

interface Listed {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly lastUsedAt: string;
}

async function sessionsOf(token: string): Promise<Listed[]> {
  const { data } = await app.graphql<{ mySessions: Listed[] }>(
    '{ mySessions { id isCurrent lastUsedAt } }',
    {},
    { token },
  );
  return data!.mySessions;
}

async function refreshErrors(refreshToken: string): Promise<string[]> {
  return codesOf(
    await app.graphql('mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }', {
      t: refreshToken,
    }),
  );
}

describe('logout', () => {
  it('should end this session at once and leave the others', async () => {
    const person = await givenUser(app);
    const other = await logIn(app, person);
    expect(await tokenError(app, person.accessToken)).toBeNull();
    const { data } = await app.graphql('mutation { logout }', {}, { token: person.accessToken });
    expect(data).toEqual({ logout: true });
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect(await refreshErrors(person.refreshToken)).toEqual(['INVALID_TOKEN']);
    expect(await tokenError(app, other.accessToken)).toBeNull();
  });

  it('should be refused the second time', async () => {
    const { accessToken: token } = await givenUser(app);
    await app.graphql('mutation { logout }', {}, { token });
    expect(codesOf(await app.graphql('mutation { logout }', {}, { token }))).toEqual(['INVALID_TOKEN']);
  });
});

describe('where refresh tokens travel in bodies', () => {
  it('should pay no attention to a cookie that holds one', async () => {
    const { refreshToken } = await givenUser(app);
    const headers = { cookie: `__Host-refresh_token=${refreshToken}`, origin: 'http://localhost:4000' };
    expect(codesOf(await app.graphql('mutation { logout }', {}, { headers }))).toEqual(['UNAUTHENTICATED']);
    expect(refusal(await rest(app, 'POST /api/logout', { headers }))).toEqual([401, 'UNAUTHENTICATED']);
    expect(refusal(await rest(app, 'POST /api/auth/refresh', { headers }))).toEqual([422, 'INVALID_INPUT']);
    expect(refusal(await rest(app, 'POST /auth/refresh', { headers }))).toEqual([422, 'INVALID_INPUT']);
    expect((await rest(app, 'POST /balance_hub/auth/logout', { headers })).status).toBe(200);
    expect(await refreshErrors(refreshToken)).toEqual([]);
  });
});

describe('logoutAll', () => {
  it('should end every session of the caller, count them, and touch nobody else', async () => {
    const [person, stranger] = [await givenUser(app), await givenUser(app)];
    const [second, third] = [await logIn(app, person), await logIn(app, person)];
    for (const { accessToken } of [person, second, third])
      expect(await tokenError(app, accessToken)).toBeNull();
    const { data } = await app.graphql('mutation { logoutAll }', {}, { token: second.accessToken });
    expect(data).toEqual({ logoutAll: 3 });
    for (const { accessToken, refreshToken } of [person, second, third]) {
      expect(await tokenError(app, accessToken)).toBe('INVALID_TOKEN');
      expect(await refreshErrors(refreshToken)).toEqual(['INVALID_TOKEN']);
    }
    expect(await tokenError(app, stranger.accessToken)).toBeNull();
  });

  it('should count neither ended nor expired sessions', async () => {
    const person = await givenUser(app);
    const ended = await logIn(app, person);
    await app.graphql('mutation { logout }', {}, { token: ended.accessToken });
    app.clock.advance({ days: 31 });
    const { accessToken: token } = await logIn(app, person);
    expect((await app.graphql('mutation { logoutAll }', {}, { token })).data).toEqual({ logoutAll: 1 });
  });
});

describe('mySessions', () => {
  it('should list live sessions only, the latest used first, with where they come from', async () => {
    const person = await givenUser(app);
    app.clock.advance({ minutes: 1 });
    const ended = await logIn(app, person);
    await app.graphql('mutation { logout }', {}, { token: ended.accessToken });
    app.clock.advance({ minutes: 1 });
    const { data: login } = await app.graphql<{ login: { tokens: { accessToken: string } } }>(
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
      { i: { identifier: person.email, password: person.password } },
      { headers: { 'user-agent': `A browser ${'x'.repeat(600)}` } },
    );
    const { data } = await app.graphql(
      '{ mySessions { id createdAt lastUsedAt expiresAt ipAddress userAgent isCurrent } }',
      {},
      { token: login!.login.tokens.accessToken },
    );
    const now = app.clock.now();
    expect(data).toEqual({
      mySessions: [
        {
          id: expect.stringMatching(/^[\w-]{59}$/) as string,
          createdAt: now.toISOString(),
          lastUsedAt: now.toISOString(),
          expiresAt: new Date(now.getTime() + 30 * 24 * 3600 * 1000).toISOString(),
          ipAddress: '127.0.0.1',
          userAgent: `A browser ${'x'.repeat(502)}`,
          isCurrent: true,
        },
        expect.objectContaining({
          createdAt: new Date(now.getTime() - 120_000).toISOString(),
          isCurrent: false,
        }) as unknown,
      ],
    });
  });

  it('should move a session that is refreshed to the front', async () => {
    const person = await givenUser(app);
    app.clock.advance({ minutes: 1 });
    const second = await logIn(app, person);
    app.clock.advance({ minutes: 1 });
    await refreshErrors(person.refreshToken);
    const sessions = await sessionsOf(second.accessToken);
    expect(sessions.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(sessions[0]?.lastUsedAt).toBe(app.clock.now().toISOString());
  });
});

describe('revokeSession', () => {
  const revoke = (id: string, token: string) =>
    app.graphql('mutation ($id: ID!) { revokeSession(id: $id) }', { id }, { token });

  it('should end another session of the caller at once, once', async () => {
    const person = await givenUser(app);
    const other = await logIn(app, person);
    expect(await tokenError(app, other.accessToken)).toBeNull();
    const id = (await sessionsOf(other.accessToken)).find(({ isCurrent }) => isCurrent)!.id;
    expect((await revoke(id, person.accessToken)).data).toEqual({ revokeSession: true });
    expect(await tokenError(app, other.accessToken)).toBe('INVALID_TOKEN');
    expect(await refreshErrors(other.refreshToken)).toEqual(['INVALID_TOKEN']);
    expect((await revoke(id, person.accessToken)).data).toEqual({ revokeSession: false });
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should end a session at once, also by the id in the form of old, in any case', async () => {
    const person = await givenUser(app);
    const [{ id } = { id: '' }] = await sessionsOf(person.accessToken);
    const uuid = Buffer.from(id, 'base64url').toString().split(':')[1]!;
    expect((await revoke(uuid.toUpperCase(), person.accessToken)).data).toEqual({ revokeSession: true });
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should say false to an expired session, which is not live', async () => {
    const person = await givenUser(app);
    const [{ id } = { id: '' }] = await sessionsOf(person.accessToken);
    app.clock.advance({ days: 31 });
    const { accessToken } = await logIn(app, person);
    expect((await revoke(id, accessToken)).data).toEqual({ revokeSession: false });
  });

  it('should say false to the session of somebody else, also for an administrator, and leave it', async () => {
    const [admin, victim] = [await givenUser(app), await givenUser(app)];
    await makeAdmin(app, admin);
    const [{ id } = { id: '' }] = await sessionsOf(victim.accessToken);
    expect((await revoke(id, admin.accessToken)).data).toEqual({ revokeSession: false });
    expect(await tokenError(app, victim.accessToken)).toBeNull();
  });
});

describe('without a token', () => {
  it.each([
    '{ mySessions { id } }',
    'mutation { logout }',
    'mutation { logoutAll }',
    'mutation { revokeSession(id: "x") }',
  ])('should refuse %s', async (query) => {
    expect(codesOf(await app.graphql(query))).toEqual(['UNAUTHENTICATED']);
  });
});
