import { givenUser } from '../support/people';
import { openSocket, RawSocket } from '../support/live';
import { useApp } from '../support/test-app';

const CREDITS = 'subscription { creditEvents { id } }';

describe('many at once', () => {
  const app = useApp({ SUBSCRIPTION_MAX_CONNECTIONS: '2', SUBSCRIPTION_PING_SECONDS: '0.05' });

  it('should be told to come back later, strangers and streams alike', async () => {
    const { accessToken } = await givenUser(app);
    const sockets = [new RawSocket(app), new RawSocket(app)];
    for (const socket of sockets) expect(await socket.opened).toBe(101);
    expect(await new RawSocket(app).opened).toBe(503);
    const answer = await app.request('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${accessToken}`,
      },
      body: JSON.stringify({ query: CREDITS }),
    });
    expect(answer.status).toBe(503);
    for (const { socket } of sockets) socket.terminate();
    for (const { closed } of sockets) await closed;
    const next = new RawSocket(app);
    expect(await next.opened).toBe(101);
    next.socket.terminate();
  });

  it('should be cut off when they no longer answer', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    socket.socket.pong = () => undefined;
    (socket.socket as unknown as { _autoPong: boolean })._autoPong = false;
    expect((await socket.closed).code).toBe(1006);
  });
});

describe('the limit of requests', () => {
  const app = useApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_OTHER: '6/minute' });

  it('should count connections and subscriptions with all others', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    for (const id of ['1', '2', '3', '4', '5', '6']) socket.subscribe(id, CREDITS);
    const [, answer] = await socket.messages.atLeast(2);
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(await new RawSocket(app).opened).toBe(429);
    socket.socket.terminate();
  });
});

describe('with SUBSCRIPTIONS=false', () => {
  const app = useApp({ SUBSCRIPTIONS: 'false' });

  it('should be nothing to connect to', async () => {
    expect(await new RawSocket(app).opened).not.toBe(101);
  });
});
