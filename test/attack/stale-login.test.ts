import {
  changeEmail,
  changePassword,
  NEW_PASSWORD,
  resetLink,
  resetPassword,
} from '../support/account-flows';
import { givenUser, logIn, PASSWORD, tokenError, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

/** Enough that a wrong order shows itself on every machine: with it, all of them did. */
const ROUNDS = 6;
/** Logins that are under way while the account changes. */
const LOGINS = 4;

/** What logins with the old password gave that began before the account changed. */
async function race(person: Person, change: () => Promise<unknown>): Promise<string[]> {
  const logins = Array.from({ length: LOGINS }, () =>
    logIn(app, person).then(
      ({ accessToken }) => accessToken,
      () => undefined,
    ),
  );
  const [tokens] = await Promise.all([Promise.all(logins), change()]);
  return tokens.filter((token) => token !== undefined);
}

async function liveOf(tokens: readonly string[]): Promise<string[]> {
  const live: string[] = [];
  for (const token of tokens) if ((await tokenError(app, token)) === null) live.push(token);
  return live;
}

describe('a login with the old password that is under way', () => {
  it.each<[string, (person: Person) => Promise<() => Promise<unknown>>]>([
    [
      'a reset',
      async ({ email }) => {
        const token = await resetLink(app, email);
        return async () => expect(await resetPassword(app, token)).toBeNull();
      },
    ],
    ['a change of password', async (person) => () => changePassword(app, person)],
    [
      'an operator who sets the password',
      async ({ email }) =>
        () =>
          app.app.administration.setPassword(email, NEW_PASSWORD),
    ],
    [
      'an operator who disables the account',
      async ({ email }) =>
        () =>
          app.app.administration.disable(email),
    ],
    [
      'an operator who deletes the account',
      async ({ email }) =>
        () =>
          app.app.administration.delete(email),
    ],
    [
      'its owner who deletes the account',
      async ({ accessToken }) =>
        () =>
          app.graphql(
            'mutation ($password: String!) { deleteAccount(password: $password) }',
            { password: PASSWORD },
            { token: accessToken },
          ),
    ],
  ])('should not outlive %s', async (_name, prepare) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await givenUser(app);
      const change = await prepare(person);
      expect(await liveOf(await race(person, change))).toEqual([]);
    }
  });

  it('should end in a session or a refusal when the address changes, never in an error of ours', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await givenUser(app);
      await race(person, () => changeEmail(app, person, `moved${person.id}@example.com`));
      await expect(logIn(app, person)).rejects.toThrow('INVALID_CREDENTIALS');
    }
    expect(app.events()).not.toContain('uncaught_exception');
    expect(app.logLines.join('')).not.toContain('INTERNAL_ERROR');
  });
});

describe('a change that was confirmed with the old password', () => {
  it('should not be made when the password changes meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await givenUser(app);
      const thief = { ...person, ...(await logIn(app, person)) };
      const token = await resetLink(app, person.email);
      const [stolen, reset] = await Promise.all([
        changePassword(app, thief, 'Thief-Horse-1'),
        resetPassword(app, token),
      ]);
      // Whoever comes second finds the account changed; the owner's reset always wins in the end.
      if (reset !== null) expect(stolen).toBeNull();
      else await logIn(app, { ...person, password: NEW_PASSWORD });
    }
  });

  it('should not be made by a session that was ended meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await givenUser(app);
      const thief = { ...person, ...(await logIn(app, person)) };
      await Promise.all([
        changeEmail(app, thief, `evil${person.id}@example.com`),
        app.graphql('mutation { logoutAll }', {}, { token: person.accessToken }),
      ]);
      expect(await tokenError(app, thief.accessToken)).toBe('INVALID_TOKEN');
      expect(await changeEmail(app, thief, `evil2${person.id}@example.com`)).toBe('INVALID_TOKEN');
    }
  });
});
