/**
 * What the ledger costs: bookings a second beside the same SQL through bare `pg`, and pages of a long history.
 *
 *   DATABASE_URL=postgresql://… node -r ./test/support/run-typescript.cjs bench/credits.ts
 *
 * It makes a database of its own on that server, and drops it at the end.
 */
import 'reflect-metadata';
import { Client, Pool } from 'pg';
import { loadConfig, type Config } from '../src/config';
import { entities } from '../src/entities';
import { CreditService, verifyLedger } from '../src/features/credit';
import { systemClock } from '../src/foundation/clock';
import { cursorOf } from '../src/foundation/pagination';
import { SessionViewer, type Viewer } from '../src/foundation/viewer';
import { useCredits } from '../src/features/credit/booking.statements';
import { SecurityEvents } from '../src/infrastructure/events/security-events';
import { Database } from '../src/infrastructure/database/database';
import { openDatabase } from '../src/infrastructure/database/orm';
import { createLogger } from '../src/infrastructure/telemetry/logger';

const ACCOUNTS = 1_000;
const ENTRIES = 1_000_000;
const CONNECTIONS = 10;
const CLIENTS = 20;
const ROUND_SECONDS = 3;
const ROUNDS = 2;
const PAGES = 300;
const HISTORY_USER = ACCOUNTS + 1;

type Book = (userId: number) => Promise<unknown>;

interface Bench {
  readonly credits: CreditService;
  readonly database: Database;
  readonly pool: Pool;
}

async function main(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (!serverUrl) throw new Error('DATABASE_URL must name a PostgreSQL server');
  const url = new URL(serverUrl);
  url.pathname = `/credits_bench_${process.pid}`;
  await onServer(serverUrl, `create database ${url.pathname.slice(1)}`);
  try {
    const secret = 'only-for-the-benchmark-0123456789-abcdef';
    await run(loadConfig({ NODE_ENV: 'test', DATABASE_URL: url.href, JWT_SECRET_KEY: secret }));
  } finally {
    await onServer(serverUrl, `drop database ${url.pathname.slice(1)} with (force)`);
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function run(config: Config): Promise<void> {
  if (config.database.kind !== 'postgresql') throw new Error('DATABASE_URL must name a PostgreSQL server');
  const logger = createLogger({ level: 'silent', format: 'json', file: undefined }, 'bench');
  const breaker = { ...config.breaker, callTimeoutSeconds: 600 };
  const opened = await openDatabase(config.database, breaker, entities, logger);
  const database = new Database(opened.orm, breaker, logger, config.database.poolMode);
  const credits = new CreditService(database, new SecurityEvents(), config.credits, systemClock);
  const pool = new Pool({ connectionString: config.database.url, max: CONNECTIONS });
  try {
    await seed(pool);
    await bookings({ credits, database, pool });
    await history({ credits, database, pool });
  } finally {
    await pool.end();
    database.close();
    await opened.close();
  }
}

async function seed(pool: Pool): Promise<void> {
  await pool.query(
    `insert into users (email, hashed_password, created_at, updated_at)
     select 'user' || n || '@example.com', 'none', now(), now() from generate_series(1, $1::int) n`,
    [HISTORY_USER],
  );
  await pool.query(
    `insert into credit_accounts (user_id, balance, updated_at)
     select n, 1000000, now() from generate_series(1, $1::int) n`,
    [ACCOUNTS],
  );
  await pool.query(
    `insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
     select n, 1000000, 'credit_added', 1000000, now() from generate_series(1, $1::int) n`,
    [ACCOUNTS],
  );
  await pool.query(`insert into credit_accounts (user_id, balance, updated_at) values ($1, $2::int, now())`, [
    HISTORY_USER,
    ENTRIES,
  ]);
  await pool.query(
    `insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
     select $1, 1, 'credit_added', n, now() from generate_series(1, $2::int) n`,
    [HISTORY_USER, ENTRIES],
  );
  await pool.query('vacuum analyze');
}

async function bookings({ credits, pool }: Bench): Promise<void> {
  const ours: Book = (userId) => credits.use(viewerOf(userId), { amount: '0.01' });
  const bare: Book = (userId) => bookWithBarePg(pool, userId);
  const anyAccount = (): number => 1 + Math.floor(Math.random() * ACCOUNTS);
  const places: [string, () => number][] = [
    ['one account', () => 1],
    [`${ACCOUNTS} accounts`, anyAccount],
  ];
  for (const [place, account] of places) {
    const rates = { ours: [] as number[], bare: [] as number[] };
    await bookingsPerSecond(ours, account, 1);
    await bookingsPerSecond(bare, account, 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await bookingsPerSecond(bare, account, ROUND_SECONDS));
      rates.ours.push(await bookingsPerSecond(ours, account, ROUND_SECONDS));
    }
    const [ourRate, bareRate] = [mean(rates.ours), mean(rates.bare)];
    const ratio = (ourRate / bareRate).toFixed(2);
    say(`${place}: ${ourRate.toFixed(0)} bookings/s, bare pg ${bareRate.toFixed(0)}, ratio ${ratio}`);
  }
}

/** The statement of one booking, as CreditService sends it. */
async function bookWithBarePg(pool: Pool, userId: number): Promise<void> {
  const { rowCount } = await pool.query(useCredits.sql, [userId, '0.01', new Date(), null, null, null, null]);
  if (rowCount !== 1) throw new Error('not booked');
}

async function bookingsPerSecond(book: Book, account: () => number, seconds: number): Promise<number> {
  let booked = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      await book(account());
      booked += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return booked / ((performance.now() - start) / 1_000);
}

async function history({ credits, database, pool }: Bench): Promise<void> {
  const viewer = viewerOf(HISTORY_USER);
  const durations = { first: [] as number[], deep: [] as number[] };
  for (let index = 0; index < PAGES; index += 1) {
    durations.first.push(await millisecondsOf(() => credits.page(viewer, { first: 50 })));
    const after = cursorOf(ACCOUNTS + 1_000 + index);
    durations.deep.push(await millisecondsOf(() => credits.page(viewer, { first: 50, after })));
  }
  const [first, deep] = [median(durations.first), median(durations.deep)];
  say(
    `page of 50, ${ENTRIES} entries: first ${first.toFixed(2)} ms, ${ENTRIES - 1_000} entries on ${deep.toFixed(2)} ms, ` +
      `ratio ${(deep / first).toFixed(2)}`,
  );
  const offset = await millisecondsOf(() => credits.list(viewer, { skip: ENTRIES - 1_000, limit: 50 }));
  say(`the same depth by skip, with the total: ${offset.toFixed(0)} ms`);
  say(`totalCount alone: ${(await millisecondsOf(() => credits.count(viewer))).toFixed(0)} ms`);
  for (const before of [Number.MAX_SAFE_INTEGER, ACCOUNTS + 1_000]) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers, costs off, timing off, summary off) select * from credit_transactions
       where user_id = (select cast(${HISTORY_USER} as bigint)) and id < ${before} order by id desc limit 51`,
    );
    say(rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n'));
  }
  const before = process.memoryUsage().rss;
  const milliseconds = await millisecondsOf(() => verifyLedger(database, () => say('a difference')));
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  say(`credits:verify: ${(milliseconds / 1_000).toFixed(1)} s, memory grown by ${grown.toFixed(0)} MB`);
}

function viewerOf(userId: number): Viewer {
  return new SessionViewer(userId, 'bench', 'user');
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

void main();
