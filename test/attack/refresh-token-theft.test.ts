import { codesOf, givenUser, tokenError, type Tokens } from '../support/people';
import { TestApp, useApp, type GraphQLAnswer } from '../support/test-app';

function refresh(at: TestApp, refreshToken: string): Promise<GraphQLAnswer<{ refresh: { tokens: Tokens } }>> {
  return at.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }',
    { t: refreshToken },
  );
}

/** So many rotations in a row, each with the token of the one before; answers the last tokens. */
async function rotateOn(app: TestApp, from: Tokens, times: number): Promise<Tokens> {
  let tokens = from;
  for (let time = 0; time < times; time += 1) {
    const { data, errors } = await refresh(app, tokens.refreshToken);
    expect(errors).toEqual([]);
    tokens = data!.refresh.tokens;
  }
  return tokens;
}

describe('a thief who is quick', () => {
  const app = useApp();

  it.each([11, 12, 40])(
    'should not escape the alarm by %i rotations within the grace period',
    async (times) => {
      const person = await givenUser(app);
      const stolen = await rotateOn(app, person, times);
      app.clock.advance({ seconds: 5 });
      const alarms = app.events().filter((event) => event === 'refresh_token_reused').length;
      expect(codesOf(await refresh(app, person.refreshToken))).toEqual(['INVALID_TOKEN']);
      expect(app.events().filter((event) => event === 'refresh_token_reused')).toHaveLength(alarms + 1);
      expect(codesOf(await refresh(app, stolen.refreshToken))).toEqual(['INVALID_TOKEN']);
      expect(await tokenError(app, stolen.accessToken)).toBe('INVALID_TOKEN');
    },
  );

  it('should not be taken for one who reloads a page every second', async () => {
    const person = await givenUser(app);
    const latest = await rotateOn(app, person, 10);
    app.clock.advance({ seconds: 10 });
    const { data } = await refresh(app, person.refreshToken);
    expect(data?.refresh.tokens.refreshToken).toBe(latest.refreshToken);
    expect(await tokenError(app, latest.accessToken)).toBeNull();
  });
});

it('should be no theft when the successor is not found because the key has changed', async () => {
  const before = new TestApp();
  await before.start();
  const person = await givenUser(before);
  const next = await rotateOn(before, person, 2);
  await before.stop();
  const after = new TestApp();
  await after.start({ JWT_SECRET_KEY: 'another-key-for-tests-0123456789-abcdefghijkl' }, { keepRows: true });
  try {
    expect(codesOf(await refresh(after, person.refreshToken))).toEqual(['INVALID_TOKEN']);
    expect(after.events()).not.toContain('refresh_token_reused');
    expect(codesOf(await refresh(after, next.refreshToken))).toEqual([]);
  } finally {
    await after.stop();
  }
});
