import type { Client } from 'pg';
import { schemaState, type SchemaState } from './migrator';
import { withClient, type Server } from './one-client';

/** What a PostgreSQL server says of itself. */
export interface ServerFacts {
  /** As `170002` for 17.2. */
  readonly versionNumber: number;
  readonly version: string;
  readonly encoding: string;
  /** Whether changes are refused: a standby, or `default_transaction_read_only`. */
  readonly isReadOnly: boolean;
  /** Whether the role may make tables where ours are. */
  readonly mayMigrate: boolean;
  /** Of all, with those kept for superusers and those that are taken now. */
  readonly connections: { readonly max: number; readonly reserved: number; readonly used: number };
  /** Of this connection; 0: none. */
  readonly lockTimeoutMs: number;
  readonly roundTripMs: number;
  /** By how much its clock is ahead of this machine's, give or take half the round trip. */
  readonly clockAheadMs: number;
  readonly schema: SchemaState;
}

const FACTS = `
  select current_setting('server_version_num')::int as "versionNumber",
    current_setting('server_version') as version,
    current_setting('server_encoding') as encoding,
    (pg_is_in_recovery() or current_setting('transaction_read_only')::boolean) as "isReadOnly",
    has_schema_privilege(current_schema(), 'create') as "mayMigrate",
    current_setting('max_connections')::int as max,
    current_setting('superuser_reserved_connections')::int as reserved,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
    (select setting::int from pg_settings where name = 'lock_timeout') as "lockTimeoutMs"`;

type Row = Omit<ServerFacts, 'connections' | 'schema' | 'roundTripMs' | 'clockAheadMs'> &
  ServerFacts['connections'];

/** Asks a server how it is, without changing anything. Throws what `pg` says where it cannot be asked. */
export async function examineServer(config: Server): Promise<ServerFacts> {
  return withClient(config, async (client) => {
    const { max, reserved, used, ...facts } = await oneRow<Row>(client, FACTS);
    const schema = await schemaState(async (sql) => (await client.query<object>(sql)).rows);
    return { ...facts, ...(await compareClocks(client)), connections: { max, reserved, used }, schema };
  });
}

async function compareClocks(client: Client): Promise<Pick<ServerFacts, 'roundTripMs' | 'clockAheadMs'>> {
  const sentAtMs = Date.now();
  const startedAtMs = performance.now();
  const { now } = await oneRow<{ now: Date }>(client, 'select clock_timestamp() as now');
  const roundTripMs = performance.now() - startedAtMs;
  return { roundTripMs, clockAheadMs: now.getTime() - (sentAtMs + roundTripMs / 2) };
}

async function oneRow<Row extends object>(client: Client, sql: string): Promise<Row> {
  const [row] = (await client.query<Row>(sql)).rows;
  if (!row) throw new Error('the server answered without a row');
  return row;
}
