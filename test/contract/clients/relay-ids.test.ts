import { fetchQuery } from 'relay-runtime';
import { book } from '../../support/credits';
import { givenUser, type Person } from '../../support/people';
import { useApp } from '../../support/test-app';
import { relayEnvironment } from './recipes/relay';
import { relayRequest } from './relay-request';
import { GatewaySession } from './recipes/session';

const app = useApp();

/** Somebody whose user id is the number of one of their entries. */
async function givenSameNumber(): Promise<Person> {
  const person = await givenUser(app);
  await app.rows('select setval(pg_get_serial_sequence(?, ?), (select max(id) from users), false)', [
    'credit_transactions',
    'id',
  ]);
  const { entry } = await book(app, person, 'addCredits', { amount: '1', referenceId: 'mine' });
  const [row] = await app.rows<{ id: string }>('select id from credit_transactions where user_id = ?', [
    person.id,
  ]);
  expect([String(row?.id), entry?.referenceId]).toEqual([person.id, 'mine']);
  return person;
}

it('should keep a user and an entry of one number apart in the store of Relay', async () => {
  const person = await givenSameNumber();
  const environment = relayEnvironment(new GatewaySession(`${app.url}/graphql`, person));
  const { data } = await app.graphql<{ creditTransactions: { edges: { node: { id: string } }[] } }>(
    '{ creditTransactions { edges { node { id } } } }',
    {},
    { token: person.accessToken },
  );
  const { id } = data!.creditTransactions.edges[0]!.node;
  const me = relayRequest('query Me { me { id email } }', 'me', 'User', ['id', 'email']);
  const entry = relayRequest(
    `query Entry { node(id: "${id}") { __typename id ... on CreditTransaction { referenceId } } }`,
    'node',
    'CreditTransaction',
    ['id', 'referenceId'],
  );
  await fetchQuery(environment, me, {}).toPromise();
  await fetchQuery(environment, entry, {}).toPromise();
  const records = environment.getStore().getSource();
  expect(records.get(person.id)).toMatchObject({ __typename: 'User', email: person.email });
  expect(records.get(id)).toMatchObject({ __typename: 'CreditTransaction', referenceId: 'mine' });
  expect(records.get(id)).not.toHaveProperty('email');
});
