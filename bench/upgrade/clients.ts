import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tally } from './tally';

const PASSWORD = 'Correct-Horse-7';
/** Until what failed is sent again. */
const RETRY_MS = 200;
const AUTH = '{ user { id } tokens { accessToken refreshToken } }';
const OPERATIONS = {
  register: `mutation ($input: RegisterInput!) { register(input: $input) ${AUTH} }`,
  login: `mutation ($input: LoginInput!) { login(input: $input) ${AUTH} }`,
  refresh: `mutation ($token: String) { refresh(refreshToken: $token) ${AUTH} }`,
  me: '{ me { email } }',
  book: 'mutation ($input: CreditInput!) { addCredits(input: $input) { newBalance } }',
  logout: 'mutation { logout }',
} as const;

export type Operation = keyof typeof OPERATIONS;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What a server said: `code` is null where it did as it was told, else its error's code, or the status or reason without one. */
export interface Answer {
  readonly code: string | null;
  readonly data: Record<string, unknown> | null;
}

/** Somebody who does one thing at a time, and knows what was acknowledged. */
export interface Client {
  readonly email: string;
  /** Undefined while signed out. */
  tokens: Tokens | undefined;
  /** Idempotency keys of acknowledged bookings. */
  readonly booked: Set<string>;
}

/** How many of 100 requests of somebody who is signed in; whoever is not logs in. */
const MIXTURE: readonly (readonly [Operation, number])[] = [
  ['book', 25],
  ['refresh', 20],
  ['logout', 10],
  ['register', 5],
  ['me', 40],
];

/** One request of GraphQL. */
export async function ask(
  url: string,
  operation: Operation,
  variables: object,
  token?: string,
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: OPERATIONS[operation], variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await response.json().catch(() => ({}))) as {
    data?: Answer['data'];
    errors?: { extensions: { code: string } }[];
  };
  const code = body.errors?.[0]?.extensions.code ?? (body.data ? null : String(response.status));
  return { code, data: body.data ?? null };
}

/** Registers by one server. @throws Error where that fails */
export async function newClient(url: string): Promise<Client & { readonly tokens: Tokens }> {
  const email = `${randomUUID()}@example.com`;
  const { code, data } = await ask(url, 'register', { input: { email, password: PASSWORD } });
  if (code !== null) throw new Error(`registration: ${code}`);
  return { email, tokens: tokensOf(data, 'register'), booked: new Set() };
}

/** People who register, sign in, work and sign out, all through one address, and count what fails. */
export class Clients {
  /** Everybody who was told that they have an account. */
  readonly all: Client[] = [];
  readonly #idle: Client[] = [];

  constructor(
    private readonly url: string,
    private readonly tally: Tally,
  ) {}

  /** So many people who may wait for answers at the same time. */
  async open(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const client = await newClient(this.url);
      this.all.push(client);
      this.#idle.push(client);
    }
  }

  /** One request of somebody who waits for nothing. @returns its outcome, "ok" or why not */
  async next(): Promise<string> {
    const client = this.#idle.splice(Math.floor(Math.random() * this.#idle.length), 1)[0];
    if (!client) return this.tally.unsent();
    const operation = client.tokens ? drawn() : 'login';
    if (operation !== 'register') return this.#perform(operation, client);
    this.#idle.push(client);
    return this.#perform(operation, client);
  }

  /** Uses everything that was acknowledged once more; returns what does not work any more. */
  async losses(): Promise<string[]> {
    const lost: string[] = [];
    for (const client of this.all) {
      if (!client.tokens) continue;
      const { code: me } = await ask(this.url, 'me', {}, client.tokens.accessToken);
      const { code: refresh } = await ask(this.url, 'refresh', { token: client.tokens.refreshToken });
      if (me !== null || refresh !== null) lost.push(`tokens of ${client.email}: ${me} ${refresh}`);
    }
    return lost;
  }

  async #perform(operation: Operation, client: Client): Promise<string> {
    const wanted =
      operation === 'register'
        ? { ...client, email: `${randomUUID()}@example.com`, booked: new Set<string>() }
        : client;
    const key = randomUUID();
    const once = (): Promise<Answer> =>
      ask(
        this.url,
        operation,
        variablesOf(operation, wanted, key),
        operation === 'login' || operation === 'register' || operation === 'refresh'
          ? undefined
          : wanted.tokens?.accessToken,
      ).catch((error: unknown) => ({ code: reasonOf(error as Error), data: null }));
    let answer = await this.tally.count(operation, once);
    const first = answer.code ?? 'ok';
    // As a client does: what got no answer is sent again, with its key, and must be done once.
    for (let tries = 1; answer.code !== null && tries < 5; tries += 1) {
      await delay(RETRY_MS);
      answer = await this.tally.count(`${operation} again`, once);
    }
    if (answer.code === null) this.#acknowledged(operation, wanted, key, answer);
    else wanted.tokens = undefined;
    // Whoever registers anew is one more account, not one more who asks.
    if (operation !== 'register') this.#idle.push(wanted);
    return first;
  }

  #acknowledged(operation: Operation, client: Client, key: string, { data }: Answer): void {
    if (operation === 'register') this.all.push(client);
    if (operation === 'book') client.booked.add(key);
    if (operation === 'logout') client.tokens = undefined;
    if (operation === 'register' || operation === 'login' || operation === 'refresh')
      client.tokens = tokensOf(data, operation);
  }
}

function variablesOf(operation: Operation, client: Client, key: string): object {
  switch (operation) {
    case 'register':
      return { input: { email: client.email, password: PASSWORD } };
    case 'login':
      return { input: { identifier: client.email, password: PASSWORD } };
    case 'refresh':
      return { token: client.tokens?.refreshToken };
    case 'book':
      return { input: { amount: '1.00', idempotencyKey: key, referenceId: key } };
    case 'me':
    case 'logout':
      return {};
  }
}

function tokensOf(data: Answer['data'], operation: Operation): Tokens {
  return (data?.[operation] as { tokens: Tokens }).tokens;
}

function drawn(): Operation {
  let left = Math.random() * 100;
  for (const [operation, share] of MIXTURE) {
    left -= share;
    if (left < 0) return operation;
  }
  return 'me';
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
}
