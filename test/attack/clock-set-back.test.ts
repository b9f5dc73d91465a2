import { givenUser, logIn, tokenError, type Person, type Tokens } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

const REFRESH = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }';

async function refresh(
  refreshToken: string,
): Promise<{ tokens: Tokens | undefined; code: string | undefined }> {
  const { data, errors } = await app.graphql<{ refresh: { tokens: Tokens } }>(REFRESH, { t: refreshToken });
  return { tokens: data?.refresh.tokens, code: errors[0]?.extensions.code };
}

/** Somebody who is signed in, and an hour that is taken back: the clock was wrong, or is now. */
async function signedInAheadOfTime(): Promise<Person> {
  const person = await givenUser(app);
  app.clock.advance({ hours: -1 });
  return person;
}

describe('a clock that is set back by an hour', () => {
  it('should sign nobody out, and keep refreshing', async () => {
    const person = await signedInAheadOfTime();
    expect(await tokenError(app, person.accessToken)).toBeNull();
    const first = await refresh(person.refreshToken);
    expect(await tokenError(app, first.tokens!.accessToken)).toBeNull();
    const second = await refresh(first.tokens!.refreshToken);
    expect(await tokenError(app, second.tokens!.accessToken)).toBeNull();
    expect(await tokenError(app, (await logIn(app, person)).accessToken)).toBeNull();
  });

  it('should bring no session back that was ended', async () => {
    const person = await givenUser(app);
    await app.graphql('mutation { logout }', {}, { token: person.accessToken });
    app.clock.advance({ hours: -1 });
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect((await refresh(person.refreshToken)).code).toBe('INVALID_TOKEN');
  });

  it('should not lengthen the time in which a spent refresh token is no theft', async () => {
    const person = await givenUser(app);
    const { tokens } = await refresh(person.refreshToken);
    app.clock.advance({ hours: -1 });
    expect((await refresh(person.refreshToken)).code).toBe('INVALID_TOKEN');
    expect(app.events()).toContain('refresh_token_reused');
    expect(await tokenError(app, tokens!.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should forgive a lost answer from then on as before', async () => {
    const person = await signedInAheadOfTime();
    const { tokens } = await refresh(person.refreshToken);
    app.clock.advance({ seconds: 2 });
    const again = await refresh(person.refreshToken);
    expect(again.tokens?.refreshToken).toBe(tokens!.refreshToken);
  });
});
