import { codesOf, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';

describe('a row that the database refuses', () => {
  // PostgreSQL answers with the whole row beside its message.
  beforeAll(async () => {
    await app.rows("alter table users add constraint no_eve check (first_name not like 'Eve%')");
  });
  afterAll(() => app.rows('alter table users drop constraint no_eve'));

  it.each([
    ['a dash', 'Eve - secret'],
    ['several dashes', 'Eve - a - secret - b'],
    ['a quote at the end', 'Eve: "secret"'],
    ["a server's message", 'Eve - duplicate key value violates unique constraint secret'],
    ['lines that look like a stack', 'Eve\u2028    at secret (secret.js:1:1)'],
  ])('should not be written into the log: a name with %s', async (_name, firstName) => {
    app.logLines.length = 0;
    const input = { email: 'eve.secret@example.com', password: PASSWORD, firstName };
    expect(codesOf(await app.graphql(REGISTER, { input }))).toEqual(['DATABASE_ERROR']);
    const log = app.logLines.join('');
    expect(log).toContain('"constraint":"no_eve"');
    expect(log).toContain('"code":"23514"');
    expect(log).not.toMatch(/secret|\$2b\$|insert into/);
  });
});
