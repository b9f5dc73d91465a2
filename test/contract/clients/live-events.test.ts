import WebSocket from 'ws';
import { givenUser, type Person } from '../../support/people';
import { useApp } from '../../support/test-app';
import { followBookings } from './recipes/live-events';
import { GatewaySession } from './recipes/session';

const app = useApp();

/** As browsers and newer versions of Node have it; the latest connection can be cut. */
class CutWebSocket extends WebSocket {
  static latest: CutWebSocket | undefined;
  isWelcome = false;

  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    CutWebSocket.latest = this;
    this.once('message', () => (this.isWelcome = true));
  }
}

const previous = globalThis.WebSocket;
beforeAll(() => Object.assign(globalThis, { WebSocket: CutWebSocket }));
afterAll(() => Object.assign(globalThis, { WebSocket: previous }));

async function book(token: string): Promise<void> {
  await app.graphql('mutation { addCredits(input: { amount: "1.00" }) { id } }', {}, { token });
}

describe('an application that follows bookings', () => {
  let person: Person;
  let balances: string[];
  let hasEnded: boolean;
  let leave: () => void;

  beforeEach(async () => {
    person = await givenUser(app);
    balances = [];
    hasEnded = false;
    follow();
    while (!CutWebSocket.latest?.isWelcome) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  afterEach(() => leave());

  function follow(): void {
    CutWebSocket.latest = undefined;
    const session = new GatewaySession(`${app.url}/graphql`, person);
    leave = followBookings(
      session,
      (balance) => balances.push(balance),
      () => (hasEnded = true),
    );
  }

  /** All balances from the first on, each once: nothing is left out and nothing told twice. */
  async function hears(count: number): Promise<void> {
    while (balances.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    const first = Number(balances[0]);
    expect(balances.map(Number)).toEqual(balances.map((_, n) => first + n));
  }

  it('should miss none while its connection is lost', async () => {
    await book(person.accessToken);
    await hears(1);
    CutWebSocket.latest?.terminate();
    await book(person.accessToken);
    await book(person.accessToken);
    await hears(3);
  });

  it('should miss none, though its connection is lost before the first', async () => {
    CutWebSocket.latest?.terminate();
    await book(person.accessToken);
    await hears(1);
  });

  it('should refresh when its token has expired meanwhile, and go on', async () => {
    app.clock.advance({ hours: 2 });
    CutWebSocket.latest?.terminate();
    const { data } = await app.graphql<{ login: { tokens: { accessToken: string } } }>(
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
      { i: { identifier: person.email, password: person.password } },
    );
    await book(data!.login.tokens.accessToken);
    await hears(1);
  });

  it('should hear that its session has ended', async () => {
    await app.graphql('mutation { logout }', {}, { token: person.accessToken });
    while (!hasEnded) await new Promise((resolve) => setTimeout(resolve, 10));
    await book(person.accessToken);
    expect(balances).toEqual([]);
  });

  it('should hear so when its token has expired as well', async () => {
    leave();
    await app.graphql('mutation { logout }', {}, { token: person.accessToken });
    app.clock.advance({ hours: 2 });
    follow();
    while (!hasEnded) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('should be left while it cannot connect, and nothing be thrown', async () => {
    const thrown: unknown[] = [];
    const note = (reason: unknown): void => void thrown.push(reason);
    process.on('unhandledRejection', note);
    const nowhere = new GatewaySession('http://127.0.0.1:1/graphql', person);
    followBookings(
      nowhere,
      () => undefined,
      () => undefined,
    )();
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off('unhandledRejection', note);
    expect(thrown).toEqual([]);
  });
});
