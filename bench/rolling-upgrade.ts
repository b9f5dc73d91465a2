/**
 * Three gateways of the last release behind HAProxy are replaced by this one under load, and one goes back in between:
 *
 *   DATABASE_URL=postgresql://… OLD_DIST=…/dist npm run bench -- rolling-upgrade
 *
 * OLD_DIST is a build of the last release with its node_modules and templates beside it, NEW_DIST (dist) of this one. Makes a
 * database of its own with UPGRADE_PEOPLE (500,000) accounts, and drops it at the end. UPGRADE_RATE (100) requests a second:
 * bookings, refreshes, logins, registrations, `me`, logouts. Ends with 1 where a request failed, something acknowledged was
 * lost, an ended session was taken for longer than it may, or a node logged an error. Needs the program haproxy.
 */
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { HaProxy } from '../test/support/haproxy';
import { freePort } from '../test/support/own-postgresql';
import { SteadyLoad } from '../test/support/steady-load';
import { seed } from './stage/seed';
import { Clients, newClient } from './upgrade/clients';
import { crossing } from './upgrade/crossing';
import { Node, Program, type Variables } from './upgrade/node';
import { Tally } from './upgrade/tally';

const OLD = resolve(process.env['OLD_DIST'] ?? '');
const NEW = resolve(process.env['NEW_DIST'] ?? 'dist');
const RATE = Number(process.env['UPGRADE_RATE'] ?? 100);
const PEOPLE = Number(process.env['UPGRADE_PEOPLE'] ?? 500_000);
/** How many may wait for answers at the same time. */
const CLIENTS = 300;
/** How long each state is watched. */
const WATCH_MS = 5_000;
/** For so long a node may take a token whose session was ended on another. */
const REVOCATION_BOUND_MS = 100;
/** More than the proxy takes to see that a node is ready. */
const NOTICED_MS = 500;

const problems: string[] = [];

async function main(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (serverUrl === undefined || process.env['OLD_DIST'] === undefined)
    throw new Error('DATABASE_URL and OLD_DIST must be set for this');
  const url = new URL(serverUrl);
  const name = `rolling_upgrade_${process.pid}`;
  url.pathname = `/${name}`;
  await query(serverUrl, `create database ${name}`);
  const proxy = new HaProxy();
  const nodes: Node[] = [];
  const cleanUp = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await proxy.stop();
    await query(serverUrl, `drop database if exists ${name} with (force)`);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
  try {
    for (const letter of ['a', 'b', 'c'])
      nodes.push(new Node(letter, await freePort(), variablesOf(url.href)));
    await fill(url.href, new Node('filling', await freePort(), variablesOf(url.href)));
    await proxy.start(Object.fromEntries(nodes.map((node) => [node.name, node.url])));
    await upgrade(url.href, nodes, proxy.url);
  } finally {
    await cleanUp();
  }
  say(problems.length === 0 ? '\nNothing failed, and nothing was lost.' : `\n${problems.join('\n')}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function variablesOf(databaseUrl: string): Variables {
  return {
    // Not production, which would refuse hashes as cheap as these.
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    JWT_SECRET_KEY: 'only-for-the-upgrade-0123456789-abcdefgh',
    PUBLIC_URL: 'http://gateway.example.com',
    TRUST_PROXY: 'loopback',
    MIGRATE_ON_START: 'false',
    SHUTDOWN_DELAY_SECONDS: '1',
    CREDITS_ADD_POLICY: 'self',
    BCRYPT_COST: '4',
    RATE_LIMIT_ENABLED: 'false',
    LOG_FILE: '',
    LOG_FORMAT: 'json',
  };
}

/** The old schema, made by the old program at its start, with many people in it. */
async function fill(databaseUrl: string, node: Node): Promise<void> {
  await node.start('old', OLD, { MIGRATE_ON_START: 'true' });
  const { email } = await newClient(node.url);
  await node.stop();
  const connection = new Connection({ connectionString: databaseUrl });
  await connection.connect();
  const { rows } = await connection.query<{ id: string }>('select id from users where email = $1', [email]);
  await seed(
    { query: (text, values = []) => connection.query<Record<string, unknown>>(text, [...values]) },
    { count: PEOPLE, asking: 0 },
    Number(rows[0]?.id),
  );
  await connection.end();
  say(`${PEOPLE} accounts, sessions and refresh tokens in the old schema`);
}

async function migrate(dist: string, databaseUrl: string): Promise<number | null> {
  const program = new Program(dist, 'cli/migrate.js', variablesOf(databaseUrl));
  const code = await program.ended();
  const lines = [...program.events.map((event) => JSON.stringify(event)), ...program.trouble];
  for (const line of lines) say(`  migrate: ${line}`);
  return code;
}

/** From three nodes of the old version to three of the new one, watched all the while. */
async function upgrade(databaseUrl: string, nodes: readonly Node[], proxyUrl: string): Promise<void> {
  await Promise.all(nodes.map((node) => node.start('old', OLD)));
  await delay(NOTICED_MS);
  const tally = new Tally();
  const clients = new Clients(proxyUrl, tally);
  await clients.open(CLIENTS);
  tally.begin('warming up');
  const load = new SteadyLoad(() => clients.next(), RATE);
  await delay(WATCH_MS);
  await steps(databaseUrl, nodes, tally).catch((error: unknown) => problems.push(String(error)));
  await load.stop();
  for (const line of tally.report()) say(line);
  say(`${tally.requests} requests, ${tally.failed} failed`);
  if (tally.failed > 0) problems.push(`${tally.failed} requests failed`);
  problems.push(...(await clients.losses()), ...(await lostBookings(databaseUrl, clients)));
  for (const node of nodes) await node.stop();
  reportTrouble(nodes);
}

async function steps(databaseUrl: string, nodes: readonly Node[], tally: Tally): Promise<void> {
  const [a, b, c] = nodes as [Node, Node, Node];
  const replace = async (node: Node, version: 'old' | 'new'): Promise<void> => {
    tally.begin(`${node.name} becomes ${version}`);
    await node.stop();
    await node.start(version, version === 'old' ? OLD : NEW);
    await delay(NOTICED_MS);
  };
  const cross = async (one: Node, other: Node, words: string): Promise<void> => {
    tally.begin(`sessions: ${words}`);
    const ms = Math.round(await crossing(one, other));
    say(`${words}: an ended session was taken for ${ms} ms at the longest`);
    if (ms > REVOCATION_BOUND_MS) problems.push(`${words}: an ended session was taken for ${ms} ms`);
  };
  tally.begin('three old nodes');
  await delay(WATCH_MS);
  tally.begin('migration');
  const startedAt = performance.now();
  if ((await migrate(NEW, databaseUrl)) !== 0) throw new Error('the migration failed');
  say(`migrated in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  tally.begin('three old nodes, new schema');
  await delay(WATCH_MS);
  await replace(a, 'new');
  await cross(a, c, 'new, then old');
  await cross(c, a, 'old, then new');
  await replace(b, 'new');
  await replace(c, 'new');
  tally.begin('three new nodes');
  await delay(WATCH_MS);
  await replace(b, 'old');
  await cross(a, b, 'new, then old again');
  await cross(b, a, 'old again, then new');
  await replace(b, 'new');
}

/** What was acknowledged and is not in the ledger, or twice, and balances that do not add up. */
async function lostBookings(databaseUrl: string, clients: Clients): Promise<string[]> {
  const rows = await query<{ key: string; times: string }>(
    databaseUrl,
    'select reference_id as key, count(*) as times from credit_transactions where reference_id is not null group by 1',
  );
  const times = new Map(rows.map(({ key, times }) => [key, Number(times)]));
  const booked = clients.all.flatMap((client) => [...client.booked]);
  const wrong = booked.filter((key) => times.get(key) !== 1);
  say(
    `${clients.all.length} registered, ${booked.length} bookings acknowledged, ${wrong.length} lost or twice`,
  );
  const unsound = await query<{ user_id: string }>(
    databaseUrl,
    `select user_id from credit_accounts a where balance <>
       (select sum(amount) from credit_transactions t where t.user_id = a.user_id) limit 10`,
  );
  return [
    ...wrong.map((key) => `booking ${key}`),
    ...unsound.map(({ user_id: id }) => `the balance of ${id} does not add up`),
  ];
}

/** Each kind of line once, with how often it came. */
function reportTrouble(nodes: readonly Node[]): void {
  for (const version of ['old', 'new']) {
    const kinds = new Map<string, number>();
    for (const line of nodes.flatMap(({ trouble }) => trouble[version] ?? [])) {
      const kind = line
        .replace(
          /"(timestamp|request_id|worker_pid|client_ip|duration_ms|user_id|session_id|account)":("[^"]*"|[\d.]+),?/g,
          '',
        )
        .slice(0, 300);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (/"level":"(ERROR|CRITICAL)"/.test(line)) problems.push(`${version}: ${kind}`);
    }
    for (const [kind, times] of kinds) say(`  log of ${version}, ${times} ×: ${kind}`);
  }
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const connection = new Connection({ connectionString: url });
  await connection.connect();
  try {
    return (await connection.query<Row>(sql)).rows;
  } finally {
    await connection.end();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
