/**
 * What 1,000 subscribers cost, and how soon they hear: `DATABASE_URL=postgresql://… npm run bench -- subscribers`.
 *
 * Everybody has one WebSocket with `creditEvents` at one node. Bookings and logouts are sent to another one, `me` runs at 500
 * a second at the first. Ends with 1 where a subscriber costs 20 KB or more, the 99th of 100 events takes 100 ms or more, or a
 * stream outlives the end of its session by 150 ms.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Client as EventClient } from 'graphql-ws';
import WebSocket from 'ws';
import { arrivalRate } from './load/arrival-rate';
import { Connection, openConnections } from './load/connection';
import { perform, post } from './load/exchange';
import { median, percentile } from './load/latencies';
import * as ask from './scenarios/requests';
import { makeDatabase, type SeededDatabase } from './stage/database';
import { startGateway } from './stage/gateway';
import { separateCores } from './stage/machine';
import type { Person } from './stage/people';
import { ACCOUNTS } from './stage/seed';
import type { ServerProcess } from './stage/server-process';

const SUBSCRIBERS = Number(process.env['SUBSCRIBERS'] ?? 1_000);
const LOGOUTS = 100;
const OPENED_AT_ONCE = 20;
const ME_PER_SECOND = 500;
const BOOKINGS_PER_SECOND = 50;
const SECONDS = 20;
const SETTLE_MS = 3_000;

const MAX_KB = 20;
const MAX_EVENT_MS = 100;
const MAX_STREAM_MS = 150;

const EVENTS = 'subscription { creditEvents { id transaction { amount newBalance } } }';
const BOOK = 'mutation ($input: CreditInput!) { useCredits(input: $input) { newBalance } }';

/** A person who listens, from the booking that was sent last to its event. */
class Subscriber {
  readonly heardAfterMs: number[] = [];
  closedAt: number | undefined;
  #bookedAt: number | undefined;
  readonly #client: EventClient;
  readonly #isConnected: Promise<void>;

  constructor(
    readonly person: Person,
    url: string,
  ) {
    let connected: () => void;
    this.#isConnected = new Promise((resolve) => (connected = resolve));
    this.#client = createClient({
      url,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: person.authorization },
      onNonLazyError: () => undefined,
      on: { connected: () => connected(), closed: () => (this.closedAt ??= performance.now()) },
    });
  }

  async listen(): Promise<void> {
    await this.#isConnected;
    const next = (): void => {
      if (this.#bookedAt !== undefined) this.heardAfterMs.push(performance.now() - this.#bookedAt);
      this.#bookedAt = undefined;
    };
    this.#client.subscribe({ query: EVENTS }, { next, error: () => undefined, complete: () => undefined });
  }

  /** From before the request is sent: an event may come before the answer. */
  books(): void {
    this.#bookedAt = performance.now();
  }

  async leave(): Promise<void> {
    await this.#client.dispose();
  }
}

async function main(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (serverUrl === undefined) throw new Error('DATABASE_URL must name a PostgreSQL database for this');
  const database = await makeDatabase(
    { kind: 'postgresql', url: serverUrl },
    { count: SUBSCRIBERS, asking: SUBSCRIBERS },
  );
  const cores = separateCores();
  const own = 'server' in cores ? { cores: cores.server } : {};
  const nodes = [
    await startGateway(database.variables, own),
    await startGateway(database.variables),
  ] as const;
  try {
    process.exitCode = (await measure(database, ...nodes)) ? 0 : 1;
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await database.remove();
  }
}

async function measure(
  database: SeededDatabase,
  listened: ServerProcess,
  other: ServerProcess,
): Promise<boolean> {
  const everybody = database.people.inTurn();
  const people = Array.from({ length: SUBSCRIBERS }, () => everybody());
  const crowd = await openConnections(listened.port, 50);
  // Whatever a first request loads or remembers is no subscriber's.
  await arrivalRate(crowd, ask.me()(database.people), { perSecond: ME_PER_SECOND, seconds: 5 });
  await delay(SETTLE_MS);
  const before = listened.residentMb;
  const subscribers = people.map(
    (person) => () => new Subscriber(person, `${listened.url.replace('http', 'ws')}/graphql`),
  );
  const listening: Subscriber[] = [];
  for (let n = 0; n < subscribers.length; n += OPENED_AT_ONCE) {
    const some = subscribers.slice(n, n + OPENED_AT_ONCE).map((open) => open());
    await Promise.all(some.map((subscriber) => subscriber.listen()));
    listening.push(...some);
  }
  await delay(SETTLE_MS);
  const perSubscriberKb = ((listened.residentMb - before) * 1024) / SUBSCRIBERS;
  say(`memory for each of ${SUBSCRIBERS} subscribers: ${perSubscriberKb.toFixed(1)} KB`);

  const [reads, bookings] = await Promise.all([
    arrivalRate(crowd, ask.me()(database.people), { perSecond: ME_PER_SECOND, seconds: SECONDS }),
    bookAtOtherNode(other, listening),
  ]);
  const heard = listening.flatMap(({ heardAfterMs }) => heardAfterMs);
  const eventMs = percentile(heard, 0.99);
  say(
    `me, ${ME_PER_SECOND} a second: p50 ${ms(median(reads.latenciesMs))}, p99 ${ms(percentile(reads.latenciesMs, 0.99))}`,
  );
  say(`${heard.length} of ${bookings} events heard: p50 ${ms(median(heard))}, p99 ${ms(eventMs)}`);

  const streams = await endSessions(other, listening.slice(0, LOGOUTS));
  say(
    `${streams.length} of ${LOGOUTS} streams closed: median ${ms(median(streams))}, longest ${ms(Math.max(...streams))}`,
  );
  for (const connection of crowd) connection.close();
  await Promise.all(listening.map((subscriber) => subscriber.leave()));
  return (
    perSubscriberKb < MAX_KB &&
    heard.length === bookings &&
    eventMs < MAX_EVENT_MS &&
    streams.length === LOGOUTS &&
    Math.max(...streams) < MAX_STREAM_MS
  );
}

/** Each books in turn. @returns how many bookings were made */
async function bookAtOtherNode({ port }: ServerProcess, listening: readonly Subscriber[]): Promise<number> {
  const connections = await openConnections(port, 20);
  let booked = 0;
  const next = () => {
    const subscriber = listening[booked % Math.min(listening.length, ACCOUNTS)];
    if (!subscriber) throw new Error('nobody listens');
    booked += 1;
    subscriber.books();
    const body = JSON.stringify({ query: BOOK, variables: { input: { amount: '0.01' } } });
    const { authorization } = subscriber.person;
    return {
      request: post('/graphql', body, { authorization }),
      accepts: (answer: string) => answer.includes('"newBalance"'),
    };
  };
  await arrivalRate(connections, next, { perSecond: BOOKINGS_PER_SECOND, seconds: SECONDS });
  await delay(1_000);
  for (const connection of connections) connection.close();
  return booked;
}

/** One after the other. @returns milliseconds from the answer to each logout to the end of its stream */
async function endSessions({ port }: ServerProcess, listening: readonly Subscriber[]): Promise<number[]> {
  const connection = await Connection.open(port);
  const closedAfterMs: number[] = [];
  for (const subscriber of listening) {
    const { authorization } = subscriber.person;
    await perform(connection, {
      request: post('/graphql', JSON.stringify({ query: 'mutation { logout }' }), { authorization }),
      accepts: (answer) => answer.includes('true'),
    });
    const endedAt = performance.now();
    while (subscriber.closedAt === undefined && performance.now() < endedAt + 1_000) await delay(1);
    if (subscriber.closedAt !== undefined) closedAfterMs.push(Math.max(0, subscriber.closedAt - endedAt));
  }
  connection.close();
  return closedAfterMs;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
