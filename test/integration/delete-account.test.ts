import { codesOf, givenUser, logIn, PASSWORD, tokenError } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();

function deleteAccount(token: string, password: string): Promise<GraphQLAnswer> {
  return app.graphql('mutation ($p: String!) { deleteAccount(password: $p) }', { p: password }, { token });
}

it('should delete the account with all it had, end every session at once, and free its names', async () => {
  const person = await givenUser(app, { email: 'gone@example.com', username: 'gone' });
  const other = await logIn(app, person);
  const stranger = await givenUser(app);
  for (const { accessToken } of [person, other]) expect(await tokenError(app, accessToken)).toBeNull();
  expect((await deleteAccount(person.accessToken, PASSWORD)).data).toEqual({ deleteAccount: true });
  for (const { accessToken, refreshToken } of [person, other]) {
    expect(await tokenError(app, accessToken)).toBe('INVALID_TOKEN');
    const refreshed = await app.graphql(
      'mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }',
      {
        t: refreshToken,
      },
    );
    expect(codesOf(refreshed)).toEqual(['INVALID_TOKEN']);
  }
  expect(await app.rows('select 1 from sessions where user_id = ?', [person.id])).toEqual([]);
  expect(await app.count('sessions')).toBe(1);
  expect(await app.count('refresh_tokens')).toBe(1);
  expect(await tokenError(app, stranger.accessToken)).toBeNull();
  const again = await givenUser(app, { email: 'gone@example.com', username: 'gone' });
  expect(again.id).not.toBe(person.id);
  expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
});

it('should refuse a wrong password and leave the account', async () => {
  const person = await givenUser(app);
  expect(codesOf(await deleteAccount(person.accessToken, 'Wrong-Pass-1'))).toEqual(['INVALID_CREDENTIALS']);
  expect(await tokenError(app, person.accessToken)).toBeNull();
});

it('should call a second deletion at the same moment done or too late, never a failure', async () => {
  const person = await givenUser(app);
  const answers = await Promise.all([1, 2].map(() => deleteAccount(person.accessToken, PASSWORD)));
  expect(answers.some(({ errors }) => errors.length === 0)).toBe(true);
  expect(answers.flatMap(codesOf).filter((code) => code !== 'INVALID_TOKEN')).toEqual([]);
});

it('should refuse whoever is not signed in', async () => {
  expect(codesOf(await app.graphql('mutation { deleteAccount(password: "x") }'))).toEqual([
    'UNAUTHENTICATED',
  ]);
});
