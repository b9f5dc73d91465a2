import {
  createGatewayClient,
  inMemory,
  isGatewayError,
  type GatewayClient,
  type GatewayError,
  type SessionChange,
  type Tokens,
} from '../../client/src/index';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

interface Someone {
  readonly gateway: GatewayClient;
  readonly tokens: ReturnType<typeof inMemory>;
  readonly email: string;
  readonly changes: SessionChange[];
  /** The names of the operations that went over the wire, in order. */
  readonly sent: string[];
}

/** The body of a request; the client sends text. */
const textOf = (init?: RequestInit): string => (typeof init?.body === 'string' ? init.body : '');

let count = 0;

/** Somebody signed in with a client, whose requests are counted on their way to the real server. */
async function givenSomeone(fetchThrough: typeof fetch = fetch): Promise<Someone> {
  const email = `client${(count += 1)}@example.com`;
  const sent: string[] = [];
  const counting: typeof fetch = (input, init) => {
    const { query } = JSON.parse(textOf(init)) as { query: string };
    sent.push(/^\w+ (\w+)/.exec(query)?.[1] ?? query);
    return fetchThrough(input, init);
  };
  const tokens = inMemory();
  const gateway = createGatewayClient({ url: `${app.url}/graphql`, tokens, fetch: counting });
  const changes: SessionChange[] = [];
  await gateway.register({ input: { email, password: PASSWORD } });
  gateway.onChange((change) => changes.push(change));
  sent.length = 0;
  return { gateway, tokens, email, changes, sent };
}

async function errorOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isGatewayError(error)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

/** By the clock of the client the access token is about to expire; by the server's it has an hour. */
async function nearExpiry({ tokens }: Someone, leftMs = 1000): Promise<void> {
  const held = (await tokens.read()) as Tokens;
  await tokens.write({ ...held, accessExpiresAt: Date.now() + leftMs });
}

it('should sign in, ask and sign out', async () => {
  const { gateway, email, changes } = await givenSomeone();
  expect(gateway.state).toBe('signed-in');
  expect((await gateway.me()).email).toBe(email);
  expect(await gateway.logout()).toBe(true);
  expect(gateway.state).toBe('signed-out');
  expect((await errorOf(gateway.me())).code).toBe('UNAUTHENTICATED');
  const { user } = await gateway.login({ input: { identifier: email, password: PASSWORD } });
  expect(user.email).toBe(email);
  expect((await gateway.mySessions()).map(({ isCurrent }) => isCurrent)).toEqual([true]);
  expect(changes).toEqual(['signed-out', 'signed-in']);
});

it('should renew the tokens before they expire, once for many requests', async () => {
  const someone = await givenSomeone();
  await nearExpiry(someone);
  const answers = await Promise.all(Array.from({ length: 20 }, () => someone.gateway.me()));
  expect(new Set(answers.map(({ email }) => email))).toEqual(new Set([someone.email]));
  expect(someone.sent.filter((name) => name === 'refresh')).toHaveLength(1);
  expect(someone.sent).toHaveLength(21);
  expect(someone.changes).toEqual(['refreshed']);
});

it('should renew the tokens when the server says that they have expired, and repeat the requests', async () => {
  const someone = await givenSomeone();
  app.clock.advance({ hours: 2 });
  const answers = await Promise.all([someone.gateway.me(), someone.gateway.creditBalance()]);
  expect(answers[0].email).toBe(someone.email);
  expect(someone.sent.sort()).toEqual(['creditBalance', 'creditBalance', 'me', 'me', 'refresh']);
});

it('should end the session, after one try, when the server has ended it', async () => {
  const someone = await givenSomeone();
  const { accessToken } = (await someone.tokens.read()) as Tokens;
  await app.graphql('mutation { logoutAll }', {}, { token: accessToken });
  expect((await errorOf(someone.gateway.me())).code).toBe('INVALID_TOKEN');
  expect(someone.sent).toEqual(['me', 'refresh']);
  expect(someone.changes).toEqual(['signed-out']);
  expect(await someone.tokens.read()).toBeNull();
  expect((await errorOf(someone.gateway.me())).code).toBe('UNAUTHENTICATED');
  expect(someone.sent).toEqual(['me', 'refresh', 'me']);
});

it('should keep the session while the server is away, and say so', async () => {
  let isAway = false;
  const someone = await givenSomeone((input, init) =>
    isAway ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init),
  );
  isAway = true;
  await nearExpiry(someone, -1000);
  expect((await errorOf(someone.gateway.me())).code).toBe('UNREACHABLE');
  expect(someone.gateway.state).toBe('signed-in');
  isAway = false;
  expect((await someone.gateway.me()).email).toBe(someone.email);
});

it('should go on with a token that still works when it cannot be renewed', async () => {
  const someone = await givenSomeone((input, init) =>
    textOf(init).includes('mutation refresh')
      ? Promise.reject(new TypeError('fetch failed'))
      : fetch(input, init),
  );
  await nearExpiry(someone, 20_000);
  expect((await someone.gateway.me()).email).toBe(someone.email);
});

it('should survive the loss of the answer to a refresh', async () => {
  let lost = 0;
  const someone = await givenSomeone(async (input, init) => {
    const response = await fetch(input, init);
    if (!textOf(init).includes('mutation refresh') || lost > 0) return response;
    lost += 1;
    throw new TypeError('terminated');
  });
  await nearExpiry(someone);
  expect((await someone.gateway.me()).email).toBe(someone.email);
  expect(lost).toBe(1);
  await nearExpiry(someone);
  expect((await someone.gateway.me()).email).toBe(someone.email);
});

it('should not repeat a request for somebody else who signed in meanwhile', async () => {
  const other = await givenSomeone();
  const theirs = (await other.tokens.read()) as Tokens;
  const someone: Someone = await givenSomeone(async (input, init) => {
    const response = await fetch(input, init);
    if (textOf(init).includes('deleteAccount')) await someone.tokens.write(theirs);
    return response;
  });
  app.clock.advance({ hours: 2 });
  const error = await errorOf(someone.gateway.deleteAccount({ password: PASSWORD }));
  expect(error.code).toBe('TOKEN_EXPIRED');
  expect(someone.sent).not.toContain('refresh');
  expect(someone.sent.filter((name) => name === 'deleteAccount')).toHaveLength(1);
});

it('should forget the tokens at a logout that the server never hears of, and say so', async () => {
  const someone = await givenSomeone((input, init) =>
    textOf(init).includes('logout') ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init),
  );
  expect((await errorOf(someone.gateway.logout())).code).toBe('UNREACHABLE');
  expect(await someone.tokens.read()).toBeNull();
});

it('should give its token to no other origin', async () => {
  const seen: (string | null)[] = [];
  const someone = await givenSomeone((input, init) => {
    seen.push(new Headers(init?.headers).get('authorization'));
    return fetch(input, init);
  });
  seen.length = 0;
  const elsewhere = new URL('/graphql', app.url.replace('127.0.0.1', 'localhost')).href;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{me{id}}"}',
  };
  await someone.gateway.fetch(elsewhere, init);
  await someone.gateway.fetch(someone.gateway.url, init);
  expect(seen).toEqual([null, expect.stringMatching(/^Bearer /)]);
});
