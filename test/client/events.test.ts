import { mock } from 'node:test';
import type * as Client from '../../client/src/index';
import type { GatewayClient, GatewayError, TokenStorage, Tokens } from '../../client/src/index';
import { builtClient } from '../support/packed-client';
import { ScriptedSocket } from '../support/scripted-socket';

let client: typeof Client;
beforeAll(async () => (client = await builtClient()));

const tokensOf = (userId: string): Tokens => ({
  userId,
  accessToken: `token of ${userId}`,
  accessExpiresAt: Date.now() + 3_600_000,
  refreshToken: null,
});
/** Lets everything happen that waits for no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  await settle();
}

// Over a line that the test holds.
beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  ScriptedSocket.opened = [];
});
afterEach(() => mock.timers.reset());

function givenClient(tokens: TokenStorage = client.inMemory(tokensOf('ada'))): GatewayClient {
  return client.createGatewayClient({
    url: 'http://gateway.test/graphql',
    tokens,
    webSocket: ScriptedSocket,
  });
}
interface Follower {
  readonly seen: unknown[];
  readonly errors: GatewayError[];
  readonly waits: GatewayError[];
  readonly stop: () => void;
}
async function follow(
  gateway: GatewayClient,
  name: 'creditEvents' | 'sessionEvents',
  variables = {},
): Promise<Follower> {
  const [seen, errors, waits]: [unknown[], GatewayError[], GatewayError[]] = [[], [], []];
  const stop = gateway.events[name](variables, {
    next: (event: unknown) => seen.push(event),
    error: (error) => errors.push(error as GatewayError),
    waiting: (error) => waits.push(error),
  });
  await settle();
  return { seen, errors, waits, stop };
}

it('should share one connection among all subscriptions, which closes with the last of them', async () => {
  const gateway = givenClient();
  const credits = await follow(gateway, 'creditEvents');
  const sessions = await follow(gateway, 'sessionEvents');
  const socket = ScriptedSocket.last;
  expect([socket.url, socket.protocol]).toEqual(['ws://gateway.test/graphql', 'graphql-transport-ws']);
  socket.acknowledge();
  const late = await follow(gateway, 'creditEvents');
  expect(socket.sent.map(({ type, id }) => [type, id])).toEqual([
    ['connection_init', undefined],
    ['subscribe', '1'],
    ['subscribe', '2'],
    ['subscribe', '3'],
  ]);
  socket.event('2', 'sessionEvents', { id: 's1' });
  socket.event('3', 'creditEvents', { id: 'c1' });
  expect([credits.seen, sessions.seen, late.seen]).toEqual([[], [{ id: 's1' }], [{ id: 'c1' }]]);
  credits.stop();
  late.stop();
  expect(socket.sent.slice(-2)).toEqual([
    { type: 'complete', id: '1' },
    { type: 'complete', id: '3' },
  ]);
  expect(socket.closedWith).toBeUndefined();
  sessions.stop();
  expect(socket.closedWith).toBe(1000);
  socket.onclose?.({ code: 1000, reason: '' });
  await follow(gateway, 'creditEvents');
  expect(ScriptedSocket.opened).toHaveLength(2);
  await pass(120_000);
  expect(ScriptedSocket.opened).toHaveLength(2);
});

it('should go on after a lost connection: after the last event, or else from where the connection began', async () => {
  const gateway = givenClient();
  await follow(gateway, 'creditEvents');
  await follow(gateway, 'creditEvents');
  await follow(gateway, 'sessionEvents');
  await follow(gateway, 'sessionEvents', { since: 's-own' });
  ScriptedSocket.last.acknowledge({ creditEvents: 'c0', sessionEvents: 's0' });
  expect(ScriptedSocket.last.subscribed.map(([, since]) => since)).toEqual([
    undefined,
    undefined,
    undefined,
    's-own',
  ]);
  ScriptedSocket.last.event('2', 'creditEvents', { id: 'c1' });
  ScriptedSocket.last.onerror?.();
  ScriptedSocket.last.onclose?.({ code: 1006, reason: '' });
  await pass(500);
  expect(ScriptedSocket.opened).toHaveLength(2);
  ScriptedSocket.last.acknowledge({ creditEvents: 'c9', sessionEvents: 's9' });
  expect(ScriptedSocket.last.subscribed).toEqual([
    ['creditEvents', 'c0'],
    ['creditEvents', 'c1'],
    ['sessionEvents', 's0'],
    ['sessionEvents', 's-own'],
  ]);
});

it('should go on without a position where the server says none, or the document does not ask for the id', async () => {
  const gateway = givenClient();
  const stop = gateway.subscribe('{creditEvents{id}}', {}, { next: () => undefined });
  gateway.subscribe(
    'subscription S($since:ID){mine:creditEvents(since:$since){__typename}}',
    {},
    { next: () => undefined },
  );
  await follow(gateway, 'sessionEvents');
  ScriptedSocket.last.acknowledge({ creditEvents: 'c0' });
  ScriptedSocket.last.event('2', 'creditEvents', {});
  ScriptedSocket.last.onclose?.({ code: 1006, reason: '' });
  await pass(500);
  ScriptedSocket.last.acknowledge({ creditEvents: 'c9' });
  expect(ScriptedSocket.last.subscribed.map(([, since]) => since)).toEqual([undefined, undefined, undefined]);
  stop();
});

it('should wait for its turn, longer and longer, where there are too many connections', async () => {
  const { errors, waits, seen } = await follow(givenClient(), 'creditEvents');
  const refuse = (): void => {
    ScriptedSocket.last.onopen?.();
    ScriptedSocket.last.onclose?.({ code: 4429, reason: 'Too many connections of this user' });
  };
  for (const seconds of [5, 10, 20, 40, 60, 60]) {
    const before = ScriptedSocket.opened.length;
    refuse();
    const error = waits.at(-1)!;
    expect(error.code === 'RATE_LIMITED' && error.retryAfterSeconds).toBe(seconds);
    await pass(seconds * 1000 - 1);
    expect(ScriptedSocket.opened).toHaveLength(before);
    await pass(1);
    expect(ScriptedSocket.opened).toHaveLength(before + 1);
  }
  ScriptedSocket.last.acknowledge();
  ScriptedSocket.last.event('1', 'creditEvents', { id: 'c1' });
  expect([errors, seen]).toEqual([[], [{ id: 'c1' }]]);
});

it('should try one refused subscription again without disturbing the others', async () => {
  const gateway = givenClient();
  const first = await follow(gateway, 'creditEvents');
  const limited = await follow(gateway, 'sessionEvents');
  const refused = await follow(gateway, 'sessionEvents', { since: 'nonsense' });
  const socket = ScriptedSocket.last;
  socket.acknowledge();
  const error = (code: string, retryAfter?: number): object[] => [
    { message: 'No', extensions: { code, ...(retryAfter !== undefined && { retry_after: retryAfter }) } },
  ];
  socket.receive({ type: 'error', id: '2', payload: error('RATE_LIMITED', 30) });
  socket.receive({ type: 'error', id: '3', payload: error('INVALID_INPUT') });
  expect([limited.errors.length, limited.waits[0]!.code]).toEqual([0, 'RATE_LIMITED']);
  expect(refused.errors[0]!.code).toBe('INVALID_INPUT');
  await pass(30_000);
  expect(socket.sent.filter(({ id }) => id === '2')).toHaveLength(2);
  socket.event('1', 'creditEvents', { id: 'c1' });
  expect([first.seen.length, first.errors.length, ScriptedSocket.opened.length]).toEqual([1, 0, 1]);
});

it('should end what somebody subscribed to when the connection would be somebody else’s', async () => {
  const tokens = client.inMemory(tokensOf('ada'));
  const gateway = givenClient(tokens);
  const adas = await follow(gateway, 'creditEvents');
  const adasSocket = ScriptedSocket.last;
  adasSocket.acknowledge();
  await tokens.write(tokensOf('bob'));
  await gateway.restore();
  await follow(gateway, 'creditEvents');
  expect(ScriptedSocket.opened).toHaveLength(2);
  adasSocket.onclose?.({ code: 4403, reason: 'INVALID_TOKEN' });
  await settle();
  await pass(500);
  expect(adas.errors.map(({ code }) => code)).toEqual(['UNAUTHENTICATED']);
  expect(ScriptedSocket.opened).toHaveLength(2);
});

it('should connect for nobody when the only subscription is stopped while the tokens cannot be had', async () => {
  let isAway = true;
  const held = client.inMemory(tokensOf('ada'));
  const gateway = givenClient({
    ...held,
    read: async () => {
      if (isAway) throw new Error('away');
      return held.read();
    },
  });
  const { stop } = await follow(gateway, 'creditEvents');
  stop();
  await pass(60_000);
  expect(ScriptedSocket.opened).toHaveLength(0);
  isAway = false;
  await follow(gateway, 'creditEvents');
  expect(ScriptedSocket.opened).toHaveLength(1);
});
