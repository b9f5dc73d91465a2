import { codesOf, disable, givenUser, tokenError, type Person, type Tokens } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

type Refreshed = GraphQLAnswer<{ refresh: { user: { id: string }; tokens: Tokens } }>;

function refresh(refreshToken?: string | null): Promise<Refreshed> {
  return app.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { user { id } tokens { accessToken refreshToken } } }',
    { t: refreshToken },
  );
}

async function rotated(refreshToken: string): Promise<Tokens> {
  const { data, errors } = await refresh(refreshToken);
  expect(errors).toEqual([]);
  return data!.refresh.tokens;
}

/** Rows of one session's chain, and how many of them are unspent. */
async function chainOf({ id }: Person): Promise<{ links: number; unspent: number }> {
  const rows = await app.rows<{ spent_at: unknown }>(
    'select t.spent_at from refresh_tokens t join sessions s on s.id = t.session_id where s.user_id = ?',
    [id],
  );
  return { links: rows.length, unspent: rows.filter(({ spent_at }) => spent_at === null).length };
}

describe('a live refresh token', () => {
  it('should be exchanged for tokens that work, and leave the old access token alive', async () => {
    const person = await givenUser(app);
    const { data } = await refresh(person.refreshToken);
    expect(data?.refresh.user.id).toBe(person.id);
    expect(data?.refresh.tokens.refreshToken).not.toBe(person.refreshToken);
    expect(await tokenError(app, data!.refresh.tokens.accessToken)).toBeNull();
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should keep a session alive for as long as it is used, 90 days at most', async () => {
    const person = await givenUser(app);
    let tokens: Tokens = person;
    for (let month = 0; month < 3; month += 1) {
      app.clock.advance({ days: 29 });
      tokens = await rotated(tokens.refreshToken);
    }
    expect(await tokenError(app, tokens.accessToken)).toBeNull();
    expect(await tokenError(app, person.accessToken)).toBe('TOKEN_EXPIRED');
    app.clock.advance({ days: 3 });
    expect(codesOf(await refresh(tokens.refreshToken))).toEqual(['TOKEN_EXPIRED']);
  });

  it('should be refused once the session was not refreshed for 30 days', async () => {
    const person = await givenUser(app);
    app.clock.advance({ days: 30 });
    expect(codesOf(await refresh(person.refreshToken))).toEqual(['TOKEN_EXPIRED']);
  });

  it('should be refused for an account that is disabled or gone', async () => {
    const [disabled, gone] = [await givenUser(app), await givenUser(app)];
    await disable(app, disabled);
    await app.rows('delete from users where id = ? returning id', [gone.id]);
    expect(codesOf(await refresh(disabled.refreshToken))).toEqual(['INVALID_TOKEN']);
    expect(codesOf(await refresh(gone.refreshToken))).toEqual(['INVALID_TOKEN']);
  });
});

describe('what is no refresh token', () => {
  it.each([
    ['unknown', 'x'.repeat(43)],
    ['empty', ''],
  ])('should be refused when it is %s', async (_name, token) => {
    expect(codesOf(await refresh(token))).toEqual(['INVALID_TOKEN']);
  });

  it('should be refused when it is an access token', async () => {
    const person = await givenUser(app);
    expect(codesOf(await refresh(person.accessToken))).toEqual(['INVALID_TOKEN']);
    expect(await tokenError(app, person.refreshToken)).toBe('INVALID_TOKEN');
  });

  it.each([
    ['absent', undefined],
    ['null', null],
  ])('should be missed when it is %s', async (_name, token) => {
    expect(codesOf(await refresh(token))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('a spent refresh token', () => {
  it('should get the same successor within ten seconds, and spend nothing', async () => {
    const person = await givenUser(app);
    const first = await rotated(person.refreshToken);
    app.clock.advance({ seconds: 10 });
    const again = await rotated(person.refreshToken);
    expect(again.refreshToken).toBe(first.refreshToken);
    expect(await tokenError(app, again.accessToken)).toBeNull();
    expect(await chainOf(person)).toEqual({ links: 2, unspent: 1 });
  });

  it('should lead to the end of a chain of lost answers within ten seconds', async () => {
    const person = await givenUser(app);
    const second = await rotated(person.refreshToken);
    app.clock.advance({ seconds: 4 });
    const third = await rotated(second.refreshToken);
    app.clock.advance({ seconds: 4 });
    const late = await rotated(person.refreshToken);
    expect(late.refreshToken).toBe(third.refreshToken);
    expect(await chainOf(person)).toEqual({ links: 3, unspent: 1 });
  });

  it('should go on after a use of the successor within ten seconds', async () => {
    const person = await givenUser(app);
    const first = await rotated(person.refreshToken);
    await rotated(person.refreshToken);
    const next = await rotated(first.refreshToken);
    app.clock.advance({ minutes: 10 });
    expect(await tokenError(app, (await rotated(next.refreshToken)).accessToken)).toBeNull();
  });

  it('should end the whole session after ten seconds, and no other', async () => {
    const person = await givenUser(app);
    const { data } = await app.graphql<{ login: { tokens: Tokens } }>(
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken refreshToken } } }',
      { i: { identifier: person.email, password: person.password } },
    );
    const first = await rotated(person.refreshToken);
    app.clock.advance({ seconds: 11 });
    expect(codesOf(await refresh(person.refreshToken))).toEqual(['INVALID_TOKEN']);
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, first.accessToken)).toBe('INVALID_TOKEN');
    expect(codesOf(await refresh(first.refreshToken))).toEqual(['INVALID_TOKEN']);
    expect(await tokenError(app, data!.login.tokens.accessToken)).toBeNull();
    expect(app.logLines.some((line) => line.includes('"refresh_token_reused"'))).toBe(true);
  });

  it('should end the session also when the first of a long chain comes back', async () => {
    const person = await givenUser(app);
    let tokens: Tokens = person;
    for (let i = 0; i < 3; i += 1) {
      tokens = await rotated(tokens.refreshToken);
      app.clock.advance({ minutes: 5 });
    }
    expect(codesOf(await refresh(person.refreshToken))).toEqual(['INVALID_TOKEN']);
    expect(codesOf(await refresh(tokens.refreshToken))).toEqual(['INVALID_TOKEN']);
  });
});

describe('twenty refreshes of one token at the same moment', () => {
  it('should all get the one successor', async () => {
    const person = await givenUser(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)));
    expect(answers.flatMap(codesOf)).toEqual([]);
    expect(new Set(answers.map(({ data }) => data?.refresh.tokens.refreshToken)).size).toBe(1);
    expect(await chainOf(person)).toEqual({ links: 2, unspent: 1 });
  });
});
