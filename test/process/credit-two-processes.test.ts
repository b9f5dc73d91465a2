import { Client } from 'pg';
import { ChildProcess } from '../support/child-process';
import { describeOnPostgreSql } from '../support/on-postgresql';
import { PASSWORD } from '../support/people';

const REQUESTS = 1_000;
const CREDITS = 500;

type Outcome = 'booked' | 'INSUFFICIENT_CREDITS' | 'no answer';

interface Answer {
  readonly data?: { readonly booked?: { readonly id: string; readonly newBalance: string } } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

class Server {
  readonly process: ChildProcess;
  #url = '';

  constructor(databaseUrl: string) {
    this.process = new ChildProcess('src/main.ts', {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      JWT_SECRET_KEY: 'only-for-tests-0123456789-abcdefghijklmnop',
      BCRYPT_COST: '4',
      PUBLIC_URL: 'http://localhost:4000',
      RATE_LIMIT_ENABLED: 'false',
      // What is shown here is exactness; how long a loaded machine takes for 1,000 requests is not.
      CIRCUIT_BREAKER_CALL_TIMEOUT: '60',
      DB_LOCK_TIMEOUT_MS: '60000',
    });
  }

  async started(): Promise<this> {
    const [, address = ''] = await this.process.says(/"address":"([^"]+)"/);
    this.#url = `${address}/graphql`;
    return this;
  }

  async ask<T = Answer>(query: string, variables: object, token?: string): Promise<T> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as T;
  }
}

async function useOne(server: Server, token: string, idempotencyKey: string): Promise<[Outcome, string]> {
  const query = 'mutation ($input: CreditInput!) { booked: useCredits(input: $input) { id newBalance } }';
  const input = { amount: '1.00', idempotencyKey };
  const answer: Answer = await server.ask(query, { input }, token).catch(() => ({}));
  if (answer.data?.booked) return ['booked', answer.data.booked.id];
  const code = answer.errors?.[0]?.extensions.code;
  if (code === 'INSUFFICIENT_CREDITS') return [code, ''];
  if (code === undefined) return ['no answer', ''];
  throw new Error(`unexpected answer: ${JSON.stringify(answer)}`);
}

describeOnPostgreSql('1,000 bookings at the same moment over two server processes', (url) => {
  let servers: Server[] = [];
  let count = 0;

  beforeAll(async () => {
    servers = await Promise.all([new Server(url).started(), new Server(url).started()]);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('truncate table users restart identity cascade');
    await client.end();
  }, 90_000);

  afterAll(() => Promise.all(servers.map((server) => server.process.kill())));

  async function givenCredits(): Promise<string> {
    count += 1;
    const register =
      'mutation ($input: RegisterInput!) { register(input: $input) { tokens { accessToken } } }';
    const email = `racer${count}-${process.pid}@example.com`;
    const { data } = await servers[0]!.ask<{ data: { register: { tokens: { accessToken: string } } } }>(
      register,
      {
        input: { email, password: PASSWORD },
      },
    );
    const token = data.register.tokens.accessToken;
    await servers[0]!.ask(
      'mutation ($input: CreditInput!) { addCredits(input: $input) { id } }',
      { input: { amount: CREDITS } },
      token,
    );
    return token;
  }

  async function ledger(token: string): Promise<unknown> {
    const query = '{ creditBalance { balance } creditTransactions(first: 1) { totalCount } }';
    return (await servers[0]!.ask<{ data: unknown }>(query, {}, token)).data;
  }

  async function verify(): Promise<void> {
    const verifier = new ChildProcess('src/cli/verify-credits.ts', {
      DATABASE_URL: url,
      JWT_SECRET_KEY: 'x'.repeat(32),
    });
    expect([await verifier.ended(), verifier.output]).toEqual([0, expect.stringContaining('0 differences')]);
  }

  const keys = Array.from({ length: REQUESTS }, (_, index) => `use-${index}`);
  const sendAll = (token: string): Promise<[Outcome, string][]> =>
    Promise.all(keys.map((key, index) => useOne(servers[index % servers.length]!, token, key)));
  const countOf = (answers: [Outcome, string][], outcome: Outcome): number =>
    answers.filter(([one]) => one === outcome).length;

  it('should let exactly those succeed that the balance covers', async () => {
    const token = await givenCredits();
    const answers = await sendAll(token);
    expect([countOf(answers, 'booked'), countOf(answers, 'INSUFFICIENT_CREDITS')]).toEqual([500, 500]);
    expect(await ledger(token)).toEqual({
      creditBalance: { balance: '0.00' },
      creditTransactions: { totalCount: 1 + CREDITS },
    });
    await verify();
  }, 120_000);

  it('should neither lose nor double a booking when a server is killed half way and the clients retry', async () => {
    const token = await givenCredits();
    let answered = 0;
    const victim = servers[1]!;
    const first = await Promise.all(
      keys.map(async (key, index) => {
        const outcome = await useOne(servers[index % servers.length]!, token, key);
        answered += 1;
        if (answered === CREDITS / 2) process.kill(victim.process.pid, 'SIGKILL');
        return outcome;
      }),
    );
    await victim.process.kill();
    expect(countOf(first, 'no answer')).toBeGreaterThan(0);
    await verify();

    servers[1] = await new Server(url).started();
    const second = await sendAll(token);
    expect([countOf(second, 'booked'), countOf(second, 'INSUFFICIENT_CREDITS')]).toEqual([500, 500]);
    const changed = first.filter(([outcome, id], index) => outcome === 'booked' && second[index]![1] !== id);
    expect(changed).toEqual([]);
    expect(new Set(second.map(([, id]) => id)).size).toBe(CREDITS + 1);
    expect(await ledger(token)).toEqual({
      creditBalance: { balance: '0.00' },
      creditTransactions: { totalCount: 1 + CREDITS },
    });
    await verify();
  }, 180_000);
});
