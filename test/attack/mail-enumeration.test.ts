import { mailsTo } from '../support/mailbox';
import { givenUser, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ DEBUG: 'true' });

/** What a request for this address does: its answer, and its statements without their values. */
async function workFor(field: 'requestPasswordReset' | 'resendVerification', email: string): Promise<object> {
  const linesBefore = app.logLines.length;
  const { status, data, errors, headers } = await app.graphql(
    `mutation ($email: String!) { ${field}(email: $email) }`,
    { email },
  );
  const statements = app.logLines
    .slice(linesBefore)
    .flatMap((line) => line.trim().split('\n'))
    .map((line) => JSON.parse(line) as { event: string; statement?: string })
    .filter(({ event }) => event === 'sql')
    .map(({ statement }) => statement?.replace(/\[took.*/, '').replace(/'[^']*'/g, '?'));
  return { status, data, errors, length: headers.get('content-length'), statements };
}

// Time cannot be asserted without flaking; equal work can. `npm run bench -- enumeration` measures the time.
describe('somebody who asks which addresses have an account', () => {
  it.each(['requestPasswordReset', 'resendVerification'] as const)(
    'should see %s do the same work for a known and an unknown address',
    async (field) => {
      const person = await givenUser(app, { email: `known-${field}@example.com`.toLowerCase() });
      const known = await workFor(field, person.email);
      const unknown = await workFor(field, `other-${field}@example.com`.toLowerCase());
      expect(unknown).toEqual(known);
      expect(known).toHaveProperty('statements.length', 3);
      expect(await mailsTo(app, `other-${field}@example.com`.toLowerCase())).toEqual([]);
      expect(await mailsTo(app, person.email)).toHaveLength(2);
    },
  );

  it('should not learn from a wrong password that an account waits or is disabled', async () => {
    const person = await givenUser(app);
    await app.app.database.unitOfWork((em) =>
      em.execute('update users set is_active = false where id = ?', [person.id]),
    );
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }';
    const wrong = await app.graphql(login, {
      input: { identifier: person.email, password: 'Wrong-Horse-7' },
    });
    const right = await app.graphql(login, { input: { identifier: person.email, password: PASSWORD } });
    expect(wrong.errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
    expect(right.errors[0]?.extensions.code).toBe('ACCOUNT_DISABLED');
  });
});
