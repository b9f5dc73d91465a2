import { createClient } from 'graphql-sse';
import { givenUser, logIn, type Person } from '../support/people';
import { follow, inbox, liveClient, openSocket, RawSocket, started } from '../support/live';
import { useApp } from '../support/test-app';

const app = useApp();

interface SessionEvent {
  readonly sessionEvents: {
    readonly id: string;
    readonly kind: string;
    readonly at: string;
    readonly session: { readonly id: string; readonly isCurrent: boolean };
  };
}

interface CreditEvent {
  readonly creditEvents: { readonly id: string; readonly transaction: { readonly newBalance: string } };
}

const SESSION_EVENTS =
  'subscription ($since: ID) { sessionEvents(since: $since) { id kind at session { id isCurrent } } }';
const CREDIT_EVENTS =
  'subscription ($since: ID) { creditEvents(since: $since) { id transaction { newBalance amount type } } }';

async function book(person: Person, amount: string): Promise<void> {
  const query = 'mutation ($input: CreditInput!) { addCredits(input: $input) { id } }';
  const { errors } = await app.graphql(query, { input: { amount } }, { token: person.accessToken });
  expect(errors).toEqual([]);
}

async function refresh(refreshToken: string): Promise<void> {
  const { errors } = await app.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }',
    {
      t: refreshToken,
    },
  );
  expect(errors).toEqual([]);
}

describe('creditEvents', () => {
  it('should tell of each booking, in order, and of nobody else’s', async () => {
    const [ada, bob] = [await givenUser(app), await givenUser(app)];
    const client = liveClient(app, () => ada.accessToken);
    const { events, stop } = await started(app, () => follow<CreditEvent>(client, CREDIT_EVENTS));
    await book(bob, '7');
    await book(ada, '1');
    await book(ada, '2');
    const all = await events.atLeast(2);
    expect(all.map(({ creditEvents }) => creditEvents.transaction.newBalance)).toEqual(['1.00', '3.00']);
    stop();
    await client.dispose();
  });

  it('should leave nothing out for a client that comes back', async () => {
    const ada = await givenUser(app);
    const client = liveClient(app, () => ada.accessToken);
    const first = await started(app, () => follow<CreditEvent>(client, CREDIT_EVENTS));
    await book(ada, '1');
    const [seen] = await first.events.atLeast(1);
    await client.dispose();
    for (let amount = 0; amount < 120; amount += 1) await book(ada, '1');
    const again = liveClient(app, () => ada.accessToken);
    const { events } = follow<CreditEvent>(again, CREDIT_EVENTS, { since: seen?.creditEvents.id });
    const missed = await events.atLeast(120);
    expect(missed.map(({ creditEvents }) => Number(creditEvents.transaction.newBalance))).toEqual(
      Array.from({ length: 120 }, (_, index) => index + 2),
    );
    await again.dispose();
  });
});

describe('sessionEvents', () => {
  it('should tell how sessions are opened, refreshed and ended', async () => {
    const ada = await givenUser(app);
    app.clock.advance({ seconds: 60 });
    const client = liveClient(app, () => ada.accessToken);
    const { events } = await started(app, () => follow<SessionEvent>(client, SESSION_EVENTS));
    app.clock.advance({ seconds: 1 });
    const phone = await logIn(app, ada);
    await events.atLeast(1);
    app.clock.advance({ seconds: 1 });
    await refresh(phone.refreshToken);
    await events.atLeast(2);
    app.clock.advance({ seconds: 1 });
    const [opened] = events.all;
    const id = opened?.sessionEvents.session.id;
    await app.graphql('mutation ($id: ID!) { revokeSession(id: $id) }', { id }, { token: ada.accessToken });
    const all = await events.atLeast(3);
    expect(all.map(({ sessionEvents: { kind, session } }) => [kind, session.id, session.isCurrent])).toEqual([
      ['OPENED', id, false],
      ['REFRESHED', id, false],
      ['ENDED', id, false],
    ]);
    expect(new Set(all.map(({ sessionEvents }) => sessionEvents.id)).size).toBe(3);
    await client.dispose();
  });

  it('should tell a client that comes back what it has missed', async () => {
    const ada = await givenUser(app);
    app.clock.advance({ seconds: 60 });
    const client = liveClient(app, () => ada.accessToken);
    const first = await started(app, () => follow<SessionEvent>(client, SESSION_EVENTS));
    const phone = await logIn(app, ada);
    const [seen] = await first.events.atLeast(1);
    await client.dispose();
    app.clock.advance({ hours: 1 });
    await refresh(phone.refreshToken);
    app.clock.advance({ hours: 1 });
    const fresh = await logIn(app, ada);
    const again = liveClient(app, () => fresh.accessToken);
    const { events } = follow<SessionEvent>(again, SESSION_EVENTS, { since: seen?.sessionEvents.id });
    const all = await events.atLeast(2);
    expect(all.map(({ sessionEvents }) => sessionEvents.kind)).toEqual(['REFRESHED', 'OPENED']);
    await again.dispose();
  });
});

describe('a connection', () => {
  it('should be closed with 4403 when its session ends', async () => {
    const ada = await givenUser(app);
    const socket = await openSocket(app, ada.accessToken);
    socket.subscribe('1', 'subscription { creditEvents { id } }');
    await app.graphql('mutation { logout }', {}, { token: ada.accessToken });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'INVALID_TOKEN' });
  });

  it('should answer a mistake with an error in the form of all others', async () => {
    const ada = await givenUser(app);
    const socket = await openSocket(app, ada.accessToken);
    socket.subscribe('1', 'subscription { creditEvents(since: "no id") { id } }');
    const [, answer] = await socket.messages.atLeast(2);
    const { errors } = answer?.payload as { errors: { extensions: Record<string, unknown> }[] };
    expect(errors[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      http_status: 422,
      details: [{ field: 'since', message: 'must be the id of a credit event' }],
    });
    socket.socket.terminate();
  });

  it('should tell a refused client why in the reason', async () => {
    const socket = new RawSocket(app);
    await socket.opened;
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'UNAUTHENTICATED' });
  });
});

describe('server-sent events', () => {
  it('should carry the same events, and end with the session', async () => {
    const ada = await givenUser(app);
    const client = createClient({
      url: `${app.url}/graphql`,
      headers: () => ({ authorization: `Bearer ${ada.accessToken}` }),
      retryAttempts: 0,
    });
    const results = inbox<{ data?: unknown; errors?: readonly { extensions?: { code?: string } }[] }>();
    let completed: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (completed = resolve));
    const subscribe = (): unknown =>
      client.subscribe(
        { query: 'subscription { creditEvents { transaction { newBalance } } }' },
        {
          next: (result) => results.add(result),
          error: () => undefined,
          complete: completed,
        },
      );
    await started(app, subscribe);
    await book(ada, '5');
    const [first] = await results.atLeast(1);
    expect(first?.data).toEqual({ creditEvents: { transaction: { newBalance: '5.00' } } });
    await app.graphql('mutation { logout }', {}, { token: ada.accessToken });
    await end;
    expect(results.all.at(-1)?.errors?.[0]?.extensions?.code).toBe('INVALID_TOKEN');
    client.dispose();
  });

  it('should refuse whoever is nobody by an ordinary answer', async () => {
    const answer = await app.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { creditEvents { id } }' }),
    });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('should refuse one by plain HTTP, and execute the other operations of its document', async () => {
    const { accessToken } = await givenUser(app);
    const query = 'query Role { me { role } } subscription Credits { creditEvents { id } }';
    const ask = (operationName: string) =>
      app.request('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ query, operationName }),
      });
    expect((await ask('Role')).json).toEqual({ data: { me: { role: 'USER' } } });
    // The document is known and found valid by now.
    const refused = await ask('Credits');
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect((await ask('Role')).json).toEqual({ data: { me: { role: 'USER' } } });
  });
});
