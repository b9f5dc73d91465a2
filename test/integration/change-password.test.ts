import { codesOf, givenUser, logIn, PASSWORD, tokenError } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();
const NEW_PASSWORD = 'Battery-Staple-8';

function change(token: string, currentPassword: string, newPassword: string): Promise<GraphQLAnswer> {
  return app.graphql(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }',
    { input: { currentPassword, newPassword } },
    { token },
  );
}

async function loginErrors(email: string, password: string): Promise<string[]> {
  return codesOf(
    await app.graphql('mutation ($i: LoginInput!) { login(input: $i) { user { id } } }', {
      i: { identifier: email, password },
    }),
  );
}

it('should end the other sessions at once, keep this one, and change the password', async () => {
  const [person, stranger] = [await givenUser(app), await givenUser(app)];
  const other = await logIn(app, person);
  for (const { accessToken } of [person, other]) expect(await tokenError(app, accessToken)).toBeNull();
  expect((await change(person.accessToken, PASSWORD, NEW_PASSWORD)).data).toEqual({ changePassword: true });
  expect(await tokenError(app, other.accessToken)).toBe('INVALID_TOKEN');
  expect(await tokenError(app, person.accessToken)).toBeNull();
  expect(await tokenError(app, stranger.accessToken)).toBeNull();
  const refresh = (token: string) =>
    app.graphql('mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }', { t: token });
  expect(codesOf(await refresh(other.refreshToken))).toEqual(['INVALID_TOKEN']);
  expect(codesOf(await refresh(person.refreshToken))).toEqual([]);
  expect(await loginErrors(person.email, PASSWORD)).toEqual(['INVALID_CREDENTIALS']);
  expect(await loginErrors(person.email, NEW_PASSWORD)).toEqual([]);
});

it('should refuse a wrong current password and leave everything as it is', async () => {
  const person = await givenUser(app);
  const other = await logIn(app, person);
  const answer = await change(person.accessToken, 'Wrong-Pass-1', NEW_PASSWORD);
  expect(answer.errors[0]).toMatchObject({
    message: 'Current password is incorrect',
    extensions: { code: 'INVALID_CREDENTIALS', http_status: 401 },
  });
  expect(await tokenError(app, other.accessToken)).toBeNull();
  expect(await loginErrors(person.email, PASSWORD)).toEqual([]);
});

it.each(['weak', 'no-uppercase-1', `Aa1!${'é'.repeat(35)}`, `${NEW_PASSWORD}\u0000`])(
  'should hold the new password to the rule: %j',
  async (password) => {
    const person = await givenUser(app);
    const answer = await change(person.accessToken, PASSWORD, password);
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    expect(answer.errors[0]?.extensions.details?.map(({ field }) => field)).toEqual(['newPassword']);
    expect(await loginErrors(person.email, PASSWORD)).toEqual([]);
  },
);

it('should let exactly one of two changes at the same moment win, and its session alone live', async () => {
  const person = await givenUser(app);
  const other = await logIn(app, person);
  const tokens = [person.accessToken, other.accessToken];
  const passwords = ['Battery-Staple-1', 'Battery-Staple-2'];
  const answers = await Promise.all(tokens.map((token, i) => change(token, PASSWORD, passwords[i]!)));
  const winner = answers.findIndex(({ errors }) => errors.length === 0);
  const loser = 1 - winner;
  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  expect(['INVALID_CREDENTIALS', 'INVALID_TOKEN']).toContain(codesOf(answers[loser]!)[0]);
  expect(await loginErrors(person.email, passwords[winner]!)).toEqual([]);
  expect(await loginErrors(person.email, passwords[loser]!)).toEqual(['INVALID_CREDENTIALS']);
  expect(await tokenError(app, tokens[winner]!)).toBeNull();
  expect(await tokenError(app, tokens[loser]!)).toBe('INVALID_TOKEN');
});

it('should refuse whoever is not signed in', async () => {
  const answer = await app.graphql(
    'mutation { changePassword(input: {currentPassword: "a", newPassword: "b"}) }',
  );
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
});
