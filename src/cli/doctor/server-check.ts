import type { Config } from '../../config';
import { examineServer, type ServerFacts } from '../../infrastructure/database/examine-server';
import { schemaFindings } from './schema-check';
import { Report, textOf, type Finding } from './finding';

type Server = Extract<Config['database'], { kind: 'postgresql' }>;

const OLDEST_VERSION = 14;
const SLOW_ROUND_TRIP_MS = 20;
/** Tokens and codes are timed by each node's own clock; further apart, two nodes disagree on what has ended. */
const MAX_CLOCK_DIFFERENCE_MS = 2_000;
const OFF_CLOCK_DIFFERENCE_MS = 30_000;

/** What PostgreSQL and people call the reasons, and what to do about each. */
const ADVICE_BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start PostgreSQL, or correct host and port of DATABASE_URL.',
  ENOTFOUND: 'Correct the host of DATABASE_URL.',
  EAI_AGAIN: 'The name server does not answer: look at the network of this machine or container.',
  '28P01': 'Correct the password of DATABASE_URL.',
  '28000': 'Let this role in from this host in pg_hba.conf, or correct the user of DATABASE_URL.',
  '3D000': 'Make the database (createdb), or correct its name in DATABASE_URL.',
  '53300': 'The server has no connection left: raise max_connections, lower DB_POOL_MAX, or use a pooler.',
  '08P01': 'A pooler lies between: set DB_POOL_MODE=transaction.',
  '57P03': 'The server is starting, or shutting down: try again in a moment.',
};

/** PostgreSQL: whether it can be used, and its clock. */
export async function checkServer(config: Server): Promise<Finding[]> {
  const report = new Report('database');
  const place = placeOf(config);
  let facts: ServerFacts;
  try {
    facts = await examineServer(config);
  } catch (error) {
    report.failure(
      `PostgreSQL at ${place} cannot be used: ${textOf(error)}`,
      adviceFor(error, 'DATABASE_URL'),
    );
    return report.findings;
  }
  report.ok(`PostgreSQL ${facts.version} at ${place} answers in ${facts.roundTripMs.toFixed(1)} ms`);
  judgeServer(facts, config, report);
  judgeConnections(facts, config, report);
  const may = facts.mayMigrate && !facts.isReadOnly;
  return [...report.findings, ...schemaFindings(facts.schema, config, may), ...clockFindings(facts)];
}

/** Host, port and database. */
export function placeOf({ url }: Pick<Server, 'url'>): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}

/** @param variable that leads to the server */
export function adviceFor(error: unknown, variable: string): string {
  const { code = '' } = error as { code?: string };
  const advice = ADVICE_BY_CODE[code] ?? 'Look whether the server runs and can be reached from here.';
  return advice.replace('DATABASE_URL', variable);
}

function judgeServer(facts: ServerFacts, config: Server, report: Report): void {
  if (facts.versionNumber < OLDEST_VERSION * 10_000)
    report.failure(`PostgreSQL ${facts.version} is too old`, `Upgrade to ${OLDEST_VERSION} or later.`);
  if (facts.encoding !== 'UTF8')
    report.failure(
      `the database's encoding is ${facts.encoding}, which cannot hold every name`,
      'Make it anew with createdb --encoding=UTF8 --template=template0.',
    );
  if (facts.isReadOnly)
    report.failure(
      'the server takes no changes: it is a standby, or read-only by default',
      'Lead DATABASE_URL to the primary (libpq calls it target_session_attrs=read-write), or turn default_transaction_read_only off.',
    );
  if (facts.roundTripMs > SLOW_ROUND_TRIP_MS)
    report.warning(
      `a question takes ${facts.roundTripMs.toFixed(0)} ms there and back`,
      'Run the gateway closer to its database: a login asks it about five times.',
    );
  if (config.poolMode === 'session' && facts.lockTimeoutMs !== config.lockTimeoutMs)
    report.failure(
      'what a connection asks for at its start is dropped on the way',
      'A pooler lies between: set DB_POOL_MODE=transaction, or let it lend connections by session.',
    );
  if (config.poolMode === 'transaction' && facts.lockTimeoutMs === 0)
    report.warning(
      'with DB_POOL_MODE=transaction nothing bounds how long a statement waits for a lock',
      `alter role … set lock_timeout = '${config.lockTimeoutMs}ms', and statement_timeout and idle_in_transaction_session_timeout likewise.`,
    );
}

export function judgeConnections({ connections }: ServerFacts, config: Server, report: Report): void {
  const { max, reserved, used } = connections;
  const free = max - reserved - used;
  const nodes = Math.floor((max - reserved) / config.poolMax);
  if (nodes < 1)
    report.failure(
      `one process may open ${config.poolMax} connections, and the server takes ${max - reserved}`,
      'Lower DB_POOL_MAX, raise max_connections, or use a pooler.',
    );
  else if (free < config.poolMax && config.poolMode === 'session')
    report.warning(
      `${free} of ${max} connections are free, and one process may open ${config.poolMax}`,
      'If other nodes of this service have the rest, all is well; otherwise lower DB_POOL_MAX or raise max_connections.',
    );
  else
    report.ok(
      `${used} of ${max} connections are taken: room for ${nodes} processes with DB_POOL_MAX=${config.poolMax}`,
    );
}

function clockFindings({ clockAheadMs }: ServerFacts): Finding[] {
  const report = new Report('clock');
  const apart = Math.abs(clockAheadMs);
  const words = `this clock is ${(apart / 1000).toFixed(1)} s ${clockAheadMs > 0 ? 'behind' : 'ahead of'} the database's`;
  const advice =
    'Let NTP (chrony, systemd-timesyncd) set the clocks: tokens and codes would end early or late.';
  if (apart > OFF_CLOCK_DIFFERENCE_MS) report.failure(words, advice);
  else if (apart > MAX_CLOCK_DIFFERENCE_MS) report.warning(words, advice);
  else report.ok(`${new Date().toISOString()}, within ${Math.ceil(apart)} ms of the database's`);
  return report.findings;
}
