import { gql, type TypedDocumentNode } from '@apollo/client';
import { fetchQuery } from 'relay-runtime';
import { givenUser, type Person } from '../../support/people';
import { useApp } from '../../support/test-app';
import { apolloClient } from './recipes/apollo-client';
import { request } from './recipes/graphql-request';
import { relayEnvironment } from './recipes/relay';
import { GatewaySession } from './recipes/session';
import { urqlClient } from './recipes/urql';
import { relayRequest } from './relay-request';

const app = useApp();
const ME = 'query Me { me { id email } }';

/** Asks for `me` as an application does that is written after the recipe; the email address, or the codes of the refusal. */
type Asking = (session: GatewaySession) => Promise<unknown>;

const ME_FOR_RELAY = relayRequest(ME, 'me', 'User', ['id', 'email']);

const clients: [string, Asking][] = [
  [
    'Apollo Client',
    async (session) => {
      const query: TypedDocumentNode<{ me: Person }, Record<string, never>> = gql(ME);
      const { data } = await apolloClient(session).query({ query });
      return data?.me.email;
    },
  ],
  [
    'urql',
    async (session) => {
      const { data, error } = await urqlClient(session).query<{ me: Person }>(ME, {}).toPromise();
      if (error) throw error;
      return data?.me.email;
    },
  ],
  ['graphql-request', async (session) => (await request<{ me: Person }>(session, ME)).me.email],
  [
    'Relay',
    async (session) => {
      const data = await fetchQuery(relayEnvironment(session), ME_FOR_RELAY, {}).toPromise();
      return (data as { me: Person }).me.email;
    },
  ],
];

async function givenSession(): Promise<{ person: Person; session: GatewaySession }> {
  const person = await givenUser(app);
  return { person, session: new GatewaySession(`${app.url}/graphql`, person) };
}

async function refreshes(): Promise<number> {
  const [row] = await app.rows<{ n: number }>(
    'select count(*)::int as n from refresh_tokens where spent_at is not null',
  );
  return row!.n;
}

describe.each(clients)('an application with %s', (_name, ask) => {
  it('should get its answer, by whichever method the client sends queries', async () => {
    const { person, session } = await givenSession();
    expect(await ask(session)).toBe(person.email);
  });

  it('should refresh by itself when its access token has expired, and get its answer', async () => {
    const { person, session } = await givenSession();
    const before = await refreshes();
    app.clock.advance({ hours: 2 });
    expect(await ask(session)).toBe(person.email);
    expect(await refreshes()).toBe(before + 1);
  });

  it('should refresh by itself when its access token is not taken, or absent', async () => {
    for (const accessToken of ['nonsense', '']) {
      const { person, session } = await givenSession();
      const damaged = new GatewaySession(session.url, { ...person, accessToken });
      expect(await ask(damaged)).toBe(person.email);
    }
  });

  it('should be told, after one try, when its session has ended', async () => {
    const { person, session } = await givenSession();
    await app.graphql('mutation { logoutAll }', {}, { token: person.accessToken });
    app.logLines.length = 0;
    await expect(ask(session)).rejects.toThrow();
    expect(app.events().filter((event) => event === 'request_start').length).toBeLessThanOrEqual(3);
  });
});
