import { randomUUID } from 'node:crypto';
import { Database } from '../../src/infrastructure/database/database';
import { book } from '../support/credits';
import { codesOf, givenUser, logIn, makeAdmin, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();
afterEach(() => jest.restoreAllMocks());

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const opaque = (text: string): string => Buffer.from(text).toString('base64url');

async function nodeOf(person: Pick<Person, 'accessToken'>, id: string): Promise<unknown> {
  const { data, errors } = await app.graphql<{ node: unknown }>(NODE, { id }, { token: person.accessToken });
  expect(errors).toEqual([]);
  return data!.node;
}

async function sessionsOf(person: Person): Promise<string[]> {
  const { data } = await app.graphql<{ mySessions: { id: string }[] }>(
    '{ mySessions { id } }',
    {},
    { token: person.accessToken },
  );
  return data!.mySessions.map(({ id }) => id);
}

const entryOf = async (person: Person): Promise<string> =>
  (await book(app, person, 'addCredits', { amount: '1' })).entry!.id;

it("should find what is one's own, by the id that every object shows", async () => {
  const person = await givenUser(app);
  const ids: [string, string][] = [
    ['User', person.id],
    ['Session', (await sessionsOf(person))[0]!],
    ['CreditTransaction', await entryOf(person)],
  ];
  for (const [__typename, id] of ids) expect(await nodeOf(person, id)).toEqual({ __typename, id });
  expect(new Set(ids.map(([, id]) => id)).size).toBe(3);
});

it('should tell nobody but who is signed in anything', async () => {
  const person = await givenUser(app);
  for (const id of [person.id, '999999', opaque(`Session:${randomUUID()}`), 'nonsense']) {
    const answer = await app.graphql(NODE, { id });
    expect([answer.data, codesOf(answer)]).toEqual([{ node: null }, ['UNAUTHENTICATED']]);
  }
});

describe("another's object", () => {
  const numberIn = (id: string): string => Buffer.from(id, 'base64url').toString().split(':')[1]!;
  const kinds: [string, (owner: Person) => Promise<string>, (id: string) => string][] = [
    ['user', ({ id }) => Promise.resolve(id), (id) => String(Number(id) + 100_000)],
    ['session', async (owner) => (await sessionsOf(owner))[0]!, () => opaque(`Session:${randomUUID()}`)],
    ['entry', entryOf, (id) => opaque(`CreditTransaction:${Number(numberIn(id)) + 100_000}`)],
  ];

  it.each(kinds)(
    'should be like none, in its answer and in what the database is asked: %s',
    async (_kind, idOf, unknownOf) => {
      const [person, owner] = [await givenUser(app), await givenUser(app)];
      const foreign = await idOf(owner);
      const reads = jest.spyOn(Database.prototype, 'read');
      // What is known of the caller stays known, so that every read that is left is for the object.
      jest.spyOn(performance, 'now').mockReturnValue(performance.now());
      await nodeOf(person, person.id);
      const costs: number[] = [];
      for (const id of [foreign, unknownOf(foreign), foreign, unknownOf(foreign)]) {
        reads.mockClear();
        expect(await nodeOf(person, id)).toBeNull();
        costs.push(reads.mock.calls.length);
      }
      expect(new Set(costs).size).toBe(1);
    },
  );

  it('should stay hidden from administrators where no other query shows it to them', async () => {
    const [admin, owner] = [await givenUser(app), await givenUser(app)];
    await makeAdmin(app, admin);
    const { accessToken } = await logIn(app, admin);
    expect(await nodeOf({ accessToken }, owner.id)).toEqual({ __typename: 'User', id: owner.id });
    expect(await nodeOf({ accessToken }, '999999')).toBeNull();
    expect(await nodeOf({ accessToken }, (await sessionsOf(owner))[0]!)).toBeNull();
    expect(await nodeOf({ accessToken }, await entryOf(owner))).toBeNull();
  });
});

it('should find no session that has ended', async () => {
  const person = await givenUser(app);
  const other = await logIn(app, person);
  const [first, second] = await sessionsOf(person);
  await app.graphql('mutation { logout }', {}, { token: other.accessToken });
  const left = [await nodeOf(person, first!), await nodeOf(person, second!)];
  expect(left.filter((node) => node === null)).toHaveLength(1);
});

// prettier-ignore
it.each([
  '', ' ', 'nonsense', '0', '-1', '1.5', '1e3', '99999999999999999999', 'me', "1' or '1'='1", '\0', 'a'.repeat(5_000),
  opaque('Session:'), opaque('Session:1'), opaque("Session:x' or 1=1"), opaque('CreditTransaction:'),
  opaque('CreditTransaction:0'), opaque('CreditTransaction:1 '), opaque('CreditTransaction:9007199254740991'),
  opaque('CreditTransaction:99999999999999999999'), opaque('CreditTransaction:1e3'), opaque('Role:1'),
  opaque('__proto__:1'), opaque('User:1'), opaque('Session:\0'), `${opaque('CreditTransaction:1')}=`,
])('should find nothing, and not fail, for %j', async (id) => {
  expect(await nodeOf(await givenUser(app), id)).toBeNull();
});

describe('the id of a session', () => {
  const revoke = async (person: Person, id: string): Promise<unknown> => {
    const answer = await app.graphql<{ revokeSession: boolean }>(
      'mutation ($id: ID!) { revokeSession(id: $id) }',
      { id },
      { token: person.accessToken },
    );
    return answer.data?.revokeSession ?? codesOf(answer)[0];
  };
  const rawOf = (id: string): string => Buffer.from(id, 'base64url').toString().replace('Session:', '');

  it('should be taken in the form that clients have had before, in any case', async () => {
    const person = await givenUser(app);
    for (const spell of [(id: string) => id, rawOf, (id: string) => rawOf(id).toUpperCase()]) {
      const other = await logIn(app, person);
      const before = new Set(await sessionsOf({ ...person, ...other }));
      const { data } = await app.graphql<{ mySessions: { id: string; isCurrent: boolean }[] }>(
        '{ mySessions { id isCurrent } }',
        {},
        { token: other.accessToken },
      );
      const { id } = data!.mySessions.find(({ isCurrent }) => isCurrent)!;
      expect(await revoke(person, spell(id))).toBe(true);
      expect((await sessionsOf(person)).length).toBe(before.size - 1);
    }
  });

  it("should end nobody else's session, and be told from the id of something else", async () => {
    const [person, other] = [await givenUser(app), await givenUser(app)];
    const [id] = await sessionsOf(other);
    expect(await revoke(person, id!)).toBe(false);
    expect(await revoke(person, rawOf(id!))).toBe(false);
    expect(await sessionsOf(other)).toEqual([id]);
    for (const wrong of [await entryOf(person), person.id, opaque('Session:1'), 'nonsense'])
      expect(await revoke(person, wrong)).toBe('INVALID_INPUT');
  });
});
