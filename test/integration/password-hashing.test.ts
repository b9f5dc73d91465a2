import { codesOf, givenUser, PASSWORD } from '../support/people';
import { TestApp, type GraphQLAnswer } from '../support/test-app';

function login(at: TestApp, identifier: string, password = PASSWORD): Promise<GraphQLAnswer> {
  return at.graphql('mutation ($input: LoginInput!) { login(input: $input) { user { id } } }', {
    input: { identifier, password },
  });
}

describe('a hash of another cost', () => {
  const costOf = async (at: TestApp, id: string): Promise<string | undefined> =>
    (
      await at.rows<{ cost: string }>(
        'select substr(hashed_password, 1, 7) as cost from users where id = ?',
        [id],
      )
    )[0]?.cost;

  it('should be renewed at the next login, also when several come at once', async () => {
    const before = new TestApp();
    await before.start({ BCRYPT_COST: '4' });
    const person = await givenUser(before);
    expect(await costOf(before, person.id)).toBe('$2b$04$');
    await before.stop();

    const after = new TestApp();
    await after.start({ BCRYPT_COST: '5', HASH_CONCURRENCY: '2' }, { keepRows: true });
    try {
      expect(codesOf(await login(after, person.email, 'Wrong-Pass-1'))).toEqual(['INVALID_CREDENTIALS']);
      expect(await costOf(after, person.id)).toBe('$2b$04$');
      const answers = await Promise.all(Array.from({ length: 6 }, () => login(after, person.email)));
      expect(answers.flatMap(codesOf)).toEqual([]);
      expect(await costOf(after, person.id)).toBe('$2b$05$');
      expect(codesOf(await login(after, person.email))).toEqual([]);
    } finally {
      await after.stop();
    }
  });
});

describe('more logins than the hashing queue holds', () => {
  it('should be refused at once, with the seconds to wait, and forgotten', async () => {
    const small = new TestApp();
    await small.start({ BCRYPT_COST: '10', HASH_CONCURRENCY: '1', HASH_QUEUE_LIMIT: '1' });
    try {
      const person = await givenUser(small);
      const answers = await Promise.all(Array.from({ length: 8 }, () => login(small, person.email)));
      const refused = answers.filter((answer) => answer.errors.length > 0);
      expect(refused.length).toBeGreaterThanOrEqual(5);
      expect(refused.length).toBeLessThan(8);
      for (const { errors } of refused) {
        expect(errors[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', http_status: 503 });
        expect(errors[0]?.extensions.retry_after).toBeGreaterThanOrEqual(1);
      }
      expect(codesOf(await login(small, person.email))).toEqual([]);
    } finally {
      await small.stop();
    }
  });
});
