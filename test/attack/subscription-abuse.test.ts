import { connect } from 'node:net';
import { givenUser, logIn } from '../support/people';
import { openSocket, RawSocket, started } from '../support/live';
import { useApp, type TestApp } from '../support/test-app';

const EVIL = 'https://evil.example';
const CREDITS = 'subscription { creditEvents { id transaction { userId newBalance } } }';

interface ErrorMessage {
  readonly type: string;
  readonly payload: readonly { message: string; extensions: { code: string } }[];
}

/** The code of the first error that a subscription on a fresh connection gets. */
async function refusal(app: TestApp, query: string): Promise<string | undefined> {
  const { accessToken } = await givenUser(app);
  const socket = await openSocket(app, accessToken);
  socket.subscribe('1', query);
  const [, answer] = await socket.messages.atLeast(2);
  socket.socket.terminate();
  expect(answer?.type).toBe('error');
  return (answer as unknown as ErrorMessage).payload[0]?.extensions.code;
}

describe('somebody at the websocket', () => {
  const app = useApp({
    SUBSCRIPTION_INIT_TIMEOUT_SECONDS: '0.2',
    SUBSCRIPTION_MAX_CONNECTIONS_PER_USER: '2',
    SUBSCRIPTION_MAX_PER_CONNECTION: '3',
    SUBSCRIPTION_MAX_MESSAGES_PER_MINUTE: '50',
    GRAPHQL_INTROSPECTION: 'false',
    GRAPHQL_MAX_DEPTH: '3',
  });

  it('should be cut off when they never say who they are', async () => {
    const socket = new RawSocket(app);
    expect(await socket.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it('should subscribe to nothing before that', async () => {
    const socket = new RawSocket(app);
    await socket.opened;
    socket.subscribe('1', CREDITS);
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it.each([
    ['no token', undefined, 'UNAUTHENTICATED'],
    ['a made up token', 'Bearer a.b.c', 'INVALID_TOKEN'],
  ])('should be refused with %s', async (_what, authorization, reason) => {
    const socket = new RawSocket(app);
    await socket.opened;
    socket.send({ type: 'connection_init', payload: { authorization } });
    expect(await socket.closed).toEqual({ code: 4403, reason });
  });

  it('should be refused with a token that is past its time, and be told so', async () => {
    const { accessToken } = await givenUser(app);
    app.clock.advance({ hours: 2 });
    const socket = new RawSocket(app);
    await socket.opened;
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${accessToken}` } });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });

  it('should not come from a page of another site, with whatever cookies', async () => {
    const socket = new RawSocket(app, { origin: EVIL, headers: { cookie: '__Host-refresh_token=x' } });
    expect(await socket.opened).toBe(403);
    const own = new RawSocket(app, { origin: 'http://localhost:4000' });
    expect(await own.opened).toBe(101);
    own.socket.terminate();
  });

  it('should hold no more connections than a user may, and get a place back by closing one', async () => {
    const { accessToken } = await givenUser(app);
    const first = await openSocket(app, accessToken);
    await openSocket(app, accessToken);
    const third = new RawSocket(app);
    await third.opened;
    third.send({ type: 'connection_init', payload: { authorization: `Bearer ${accessToken}` } });
    expect((await third.closed).code).toBe(4429);
    first.socket.close();
    await first.closed;
    await openSocket(app, accessToken);
  });

  it('should have no more subscriptions on one connection than are allowed', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    for (const id of ['1', '2', '3', '4']) socket.subscribe(id, CREDITS);
    const [, answer] = await socket.messages.atLeast(2);
    expect(answer).toMatchObject({
      type: 'error',
      id: '4',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    // One that is completed makes room.
    socket.send({ type: 'complete', id: '1' });
    await started(app, () => socket.subscribe('5', CREDITS));
    socket.socket.terminate();
  });

  it('should get no event of another user, whatever event they go on from', async () => {
    const [ada, eve] = [await givenUser(app), await givenUser(app)];
    const book = 'mutation { addCredits(input: { amount: "5" }) { id } }';
    const adas = await openSocket(app, ada.accessToken);
    await started(app, () => adas.subscribe('1', CREDITS));
    await app.graphql(book, {}, { token: ada.accessToken });
    await app.graphql(book, {}, { token: ada.accessToken });
    const messages = await adas.messages.atLeast(3);
    const { data } = messages[1]?.payload as { data: { creditEvents: { id: string } } };
    const eves = await openSocket(app, eve.accessToken);
    const since = 'subscription ($since: ID) { creditEvents(since: $since) { transaction { userId } } }';
    await started(app, () => eves.subscribe('1', since, { variables: { since: data.creditEvents.id } }));
    await app.graphql(book, {}, { token: eve.accessToken });
    const [, event] = await eves.messages.atLeast(2);
    expect(event?.payload).toEqual({ data: { creditEvents: { transaction: { userId: eve.id } } } });
    expect(eves.messages.all).toHaveLength(2);
  });

  it('should hear nothing more once the session has ended, by whatever way', async () => {
    const ada = await givenUser(app);
    const phone = await logIn(app, ada);
    const socket = await openSocket(app, phone.accessToken);
    await started(app, () => socket.subscribe('1', CREDITS));
    const change = `mutation ($i: ChangePasswordInput!) { changePassword(input: $i) }`;
    const input = { currentPassword: ada.password, newPassword: 'Another-Horse-8' };
    const { errors } = await app.graphql(change, { i: input }, { token: ada.accessToken });
    expect(errors).toEqual([]);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'INVALID_TOKEN' });
    expect(socket.messages.all.filter(({ type }) => type === 'next')).toEqual([]);
  });

  it('should send no message longer than a request may be', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    socket.subscribe('1', `${CREDITS} # ${'x'.repeat(70_000)}`);
    expect((await socket.closed).code).toBe(1009);
  });

  it('should send no more messages than a client needs', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    for (let count = 0; count < 60; count += 1) socket.send({ type: 'ping' });
    expect((await socket.closed).code).toBe(4429);
  });

  it.each(['{', '[]', '[{"type":"connection_init"}]', '{"type":"next","id":"1"}', 'null'])(
    'should be cut off who says %s',
    async (message) => {
      const socket = new RawSocket(app);
      await socket.opened;
      socket.send(message);
      expect((await socket.closed).code).toBe(4400);
    },
  );

  it.each([
    [
      'a deep document',
      'subscription { creditEvents { transaction { a { b { c } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
    [
      'many aliases',
      `subscription { creditEvents { ${Array.from({ length: 20 }, (_, at) => `a${at}: id`).join(' ')} } }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['a long document', `subscription { creditEvents { ${'id '.repeat(1_100)} } }`, 'QUERY_TOO_COMPLEX'],
    ['two feeds at once', 'subscription { creditEvents { id } sessionEvents { id } }', 'BAD_REQUEST'],
    ['introspection', 'subscription { __schema { types { name } } }', 'BAD_REQUEST'],
    ['a query', '{ me { id } }', 'BAD_REQUEST'],
    ['introspection by a query', '{ __schema { types { name } } }', 'BAD_REQUEST'],
    ['a mutation', 'mutation { logout }', 'BAD_REQUEST'],
    ['a field that is not there', 'subscription { creditEvents { password } }', 'BAD_REQUEST'],
    ['no GraphQL', 'subscription {', 'BAD_REQUEST'],
  ])('should be refused %s', async (_what, query, code) => {
    expect(await refusal(app, query)).toBe(code);
  });

  it('should learn no names from mistakes where introspection is off', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    socket.subscribe('1', 'subscription { creditEvent { id } }');
    const [, answer] = await socket.messages.atLeast(2);
    expect(JSON.stringify(answer)).not.toContain('creditEvents');
    socket.socket.terminate();
  });

  it('should not take other clients’ offers of HTTP/2 for its own', async () => {
    const body = JSON.stringify({ query: '{ health { status } }' });
    const answer = await new Promise<string>((resolve, reject) => {
      const { port } = new URL(app.url);
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
        if (text.includes('"data"')) socket.destroy();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
      // As Java's HttpClient and curl --http2 say it; the body in a packet of its own.
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n` +
          `HTTP2-Settings: AAMAAABkAAQCAAAA\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      setTimeout(() => socket.write(body), 20);
    });
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('"healthy"');
  });

  it('should be told of a path without events as of any other', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
      socket.write(
        'GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    expect(answer).toContain('HTTP/1.1 404 Not Found');
    expect(answer).toContain('"NOT_FOUND"');
  });
});
