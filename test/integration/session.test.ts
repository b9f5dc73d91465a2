import { givenUser, logIn, tokenError, type Tokens } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

type Refreshed = GraphQLAnswer<{ refresh: { tokens: Tokens } }>;

function refresh(refreshToken: string): Promise<Refreshed> {
  return app.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { user { id } tokens { accessToken refreshToken } } }',
    { t: refreshToken },
  );
}

describe('refresh', () => {
  it('should answer new tokens that work and leave the old access token alive', async () => {
    const person = await givenUser(app);
    const { data } = await refresh(person.refreshToken);
    expect(data?.refresh.tokens.refreshToken).not.toBe(person.refreshToken);
    expect(await tokenError(app, data!.refresh.tokens.accessToken)).toBeNull();
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should give the same successor to a token presented twice within the grace period', async () => {
    const person = await givenUser(app);
    const answers = await Promise.all([refresh(person.refreshToken), refresh(person.refreshToken)]);
    const successors = answers.map(({ data }) => data?.refresh.tokens.refreshToken);
    expect(successors[0]).toBeDefined();
    expect(successors[1]).toBe(successors[0]);
  });

  it('should end the whole session when a spent token comes back after the grace period', async () => {
    const person = await givenUser(app);
    const first = await refresh(person.refreshToken);
    app.clock.advance({ seconds: 11 });
    const stolen = await refresh(person.refreshToken);
    expect(stolen.errors[0]?.extensions.code).toBe('INVALID_TOKEN');
    expect(await tokenError(app, first.data!.refresh.tokens.accessToken)).toBe('INVALID_TOKEN');
    const successor = await refresh(first.data!.refresh.tokens.refreshToken);
    expect(successor.errors[0]?.extensions.code).toBe('INVALID_TOKEN');
  });

  it('should refuse a session that was not refreshed for 30 days', async () => {
    const person = await givenUser(app);
    app.clock.advance({ days: 31 });
    const { errors } = await refresh(person.refreshToken);
    expect(errors[0]?.extensions.code).toBe('TOKEN_EXPIRED');
  });
});

describe('logout', () => {
  it('should end this session at once and leave the others', async () => {
    const person = await givenUser(app);
    const other = await logIn(app, person);
    const { data } = await app.graphql('mutation { logout }', {}, { token: person.accessToken });
    expect(data).toEqual({ logout: true });
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, other.accessToken)).toBeNull();
  });
});
