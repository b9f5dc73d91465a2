/**
 * Whether a server that serves for long needs more and more: `DATABASE_URL=postgresql://… npm run bench -- soak`.
 *
 * Ends after SOAK_REQUESTS (2,000,000) or SOAK_SECONDS (1,200), whichever comes first, with 1 where memory is not within
 * 10 % of what it was after the warm-up, where files stay open, or where a table has rows that nobody ordered.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { closedLoop } from './load/closed-loop';
import { openConnections } from './load/connection';
import type { NextExchange } from './load/exchange';
import { median } from './load/latencies';
import { mixtureWithoutLogins } from './scenarios/mixture';
import * as ask from './scenarios/requests';
import { makeDatabase } from './stage/database';
import { startGateway } from './stage/gateway';
import type { ServerProcess } from './stage/server-process';

const CROWD = { count: 2_000, asking: 2_000 };
const CONNECTIONS = 32;
/** Or else the heap of a server that has much memory grows for minutes before it is ever cleaned. */
const NODE_OPTIONS = ['--max-old-space-size=96'];
/** Measurements; the first quarter is the warm-up. */
const STEPS = 40;
const WARM_UP_STEPS = STEPS / 4;
/** Of resident memory and of open files, against the quarter after the warm-up. */
const MAX_GROWTH = 1.1;
/** Rows beyond those ordered: a counter of the limits, for example, is a row too. */
const MAX_STRAY_ROWS = 100;

interface Step {
  readonly requests: number;
  readonly rssMb: number;
  readonly openFiles: number;
}

type Rows = Readonly<Record<string, number>>;

async function main(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (serverUrl === undefined) throw new Error('DATABASE_URL must name a PostgreSQL database for this');
  const maxRequests = Number(process.env['SOAK_REQUESTS'] ?? 2_000_000);
  const maxSeconds = Number(process.env['SOAK_SECONDS'] ?? 1_200);
  const database = await makeDatabase({ kind: 'postgresql', url: serverUrl }, CROWD);
  const client = new Client({ connectionString: database.variables['DATABASE_URL'] });
  await client.connect();
  const server = await startGateway(database.variables, { nodeOptions: NODE_OPTIONS });
  try {
    let bookings = 0;
    let refreshes = 0;
    const book = ask.booking()(database.people);
    const refresh = ask.refresh(database.people);
    const next = mixtureWithoutLogins({
      me: ask.me()(database.people),
      refresh: () => {
        refreshes += 1;
        return refresh();
      },
      booking: () => {
        bookings += 1;
        return book();
      },
      login: book, // never asked
    });
    const before = await countRows(client);
    const steps = await load(server, next, maxRequests, maxSeconds / STEPS);
    // Spent refresh tokens are kept until housekeeping removes them, to tell a thief's from a late one.
    const ordered = { credit_transactions: bookings, refresh_tokens: refreshes };
    process.exitCode = report(steps, before, await countRows(client), ordered) ? 0 : 1;
  } finally {
    await server.stop();
    await client.end();
    await database.remove();
  }
}

async function load(
  server: ServerProcess,
  next: NextExchange,
  maxRequests: number,
  stepSeconds: number,
): Promise<Step[]> {
  const connections = await openConnections(server.port, CONNECTIONS);
  const steps: Step[] = [];
  let requests = 0;
  for (let n = 0; n < STEPS && requests < maxRequests; n += 1) {
    requests += (await closedLoop(connections, next, stepSeconds)).requests;
    server.emptyLog();
    const { residentMb: rssMb, openFiles } = server;
    steps.push({ requests, rssMb, openFiles });
    say(`${String(requests).padStart(9)} requests  ${rssMb.toFixed(0).padStart(5)} MB  ${openFiles} files`);
  }
  for (const connection of connections) connection.close();
  await delay(1_000);
  return [...steps, { requests, rssMb: server.residentMb, openFiles: server.openFiles + CONNECTIONS }];
}

/** Prints what became of memory, files and tables; false where something grew. */
function report(steps: readonly Step[], before: Rows, after: Rows, ordered: Rows): boolean {
  const quarter = Math.max(1, Math.floor((steps.length * WARM_UP_STEPS) / STEPS));
  const early = steps.slice(quarter, 2 * quarter);
  const late = steps.slice(-quarter);
  const growth = (of: 'rssMb' | 'openFiles'): number =>
    median(late.map((step) => step[of])) / median(early.map((step) => step[of]));
  say(`\nafter ${steps.at(-1)?.requests ?? 0} requests, against the quarter after the warm-up:`);
  say(`  memory ${percent(growth('rssMb'))}, open files ${percent(growth('openFiles'))}`);
  const stray = Object.keys(after).map((table) => {
    const rows = (after[table] ?? 0) - (before[table] ?? 0);
    if (rows !== 0) say(`  ${table}: ${rows} more rows, ${ordered[table] ?? 0} of them ordered`);
    return rows - (ordered[table] ?? 0);
  });
  return (
    growth('rssMb') <= MAX_GROWTH &&
    growth('openFiles') <= MAX_GROWTH &&
    stray.every((rows) => rows <= MAX_STRAY_ROWS)
  );
}

async function countRows(client: Client): Promise<Rows> {
  const { rows: tables } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from "${name}"`);
    counts[name] = Number(rows[0]?.n);
  }
  return counts;
}

function percent(ratio: number): string {
  return `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
