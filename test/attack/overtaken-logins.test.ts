import { holdHashes, until } from '../support/held-hashes';
import { codesOf, givenUser, PASSWORD, type Person } from '../support/people';
import { tryLogin } from '../support/attacks';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp({ HASH_CONCURRENCY: '2' });
afterEach(() => jest.restoreAllMocks());

type Answer = GraphQLAnswer<unknown>;

/** A login whose password is found right, but which goes on only after `change`. */
async function loginOvertakenBy(identifier: string, change: () => Promise<unknown>): Promise<Answer> {
  const hashes = holdHashes();
  const login = tryLogin(app, { identifier, password: PASSWORD });
  await until(() => hashes.begun.length === 1);
  await change();
  hashes.release();
  return login;
}

async function sessionsOf({ id }: Person): Promise<number> {
  const rows = await app.rows('select id from sessions where user_id = ? and revoked_at is null', [id]);
  return rows.length;
}

// What the use cases write, so that each change falls into the moment when the password is compared.
const change = (person: Person, values: string) => (): Promise<unknown> =>
  app.rows(`update users set ${values} where id = ? returning id`, [person.id]);

describe('a login under way', () => {
  it("should not sign in by an address that is no longer the account's", async () => {
    const person = await givenUser(app);
    const answer = await loginOvertakenBy(person.email, change(person, "email = 'moved1@example.com'"));
    expect(codesOf(answer)).toEqual(['INVALID_CREDENTIALS']);
    expect(await sessionsOf(person)).toBe(1);
  });

  it("should not sign in by an address that is somebody else's by now", async () => {
    const person = await givenUser(app);
    const answer = await loginOvertakenBy(person.email, async () => {
      await change(person, "email = 'moved2@example.com'")();
      await app.rows(
        'insert into users (email, hashed_password, created_at, updated_at) values (?, ?, now(), now()) returning id',
        [person.email, 'x'],
      );
    });
    expect(codesOf(answer)).toEqual(['INVALID_CREDENTIALS']);
  });

  it("should not sign in by a username that is no longer the account's", async () => {
    const person = await givenUser(app, { username: 'before' });
    const answer = await loginOvertakenBy('before', change(person, "username = 'after'"));
    expect(codesOf(answer)).toEqual(['INVALID_CREDENTIALS']);
    expect(await sessionsOf(person)).toBe(1);
  });

  it('should not sign in to an account that was disabled', async () => {
    const person = await givenUser(app);
    const answer = await loginOvertakenBy(person.email, change(person, 'is_active = false'));
    expect(codesOf(answer)).toEqual(['ACCOUNT_DISABLED']);
    expect(await sessionsOf(person)).toBe(1);
  });

  it('should not sign in with a password that was changed', async () => {
    const [person, other] = [await givenUser(app), await givenUser(app, { password: 'Another-Horse-9' })];
    const hash = `hashed_password = (select hashed_password from users where id = ${other.id})`;
    const answer = await loginOvertakenBy(person.email, change(person, hash));
    expect(codesOf(answer)).toEqual(['INVALID_CREDENTIALS']);
    expect(await sessionsOf(person)).toBe(1);
  });

  it('should sign in when only what has nothing to do with it changed, as a name', async () => {
    const person = await givenUser(app, { username: 'steady' });
    const answer = await loginOvertakenBy('steady', change(person, "first_name = 'New'"));
    expect(codesOf(answer)).toEqual([]);
  });

  it('should sign in when the address was only written otherwise', async () => {
    const person = await givenUser(app);
    const answer = await loginOvertakenBy(person.email, change(person, 'email = upper(email)'));
    expect(codesOf(answer)).toEqual([]);
  });
});
