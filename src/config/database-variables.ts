import type { PoolMode } from './config';
import { databaseUrl, databaseUrls } from './database-url';
import { boolean, choice, decimal, host, integer, text } from './kinds';
import type { Variable } from './variable';

export const databaseVariables = {
  DATABASE_URL: {
    kind: databaseUrl,
    defaultMeaning: 'the embedded database in DATA_DIR',
    example: 'postgresql://user:password@localhost:5432/auth',
    description:
      'PostgreSQL to use; postgres:// and postgresql+asyncpg:// are understood too. ?sslmode=verify-full demands TLS.',
    isSecret: true,
  },
  DB_HOST: {
    kind: host,
    defaultMeaning: 'none',
    example: 'localhost',
    description: 'Host of the database, for those who set its parts instead of DATABASE_URL.',
  },
  DB_PORT: {
    kind: integer(1, 65_535),
    defaultMeaning: '5432, with DB_HOST',
    example: '5432',
    description: 'Port of the database.',
  },
  DB_USER: {
    kind: text(255),
    defaultMeaning: 'none',
    example: 'auth_user',
    description: 'User of the database; needed with DB_HOST.',
  },
  DB_PASSWORD: {
    kind: text(1_000),
    aliases: [{ name: 'DB_PASS' }],
    defaultMeaning: 'none',
    example: '<password>',
    description: 'Password of the database user; may be missing.',
    isSecret: true,
  },
  DB_NAME: {
    kind: text(255),
    aliases: [{ name: 'DB_TABLE' }],
    defaultMeaning: 'none',
    example: 'auth',
    description: 'Name of the database; needed with DB_HOST.',
  },
  DATABASE_REPLICA_URLS: {
    kind: databaseUrls,
    defaultMeaning: 'none, every read goes to the primary',
    example: 'postgresql://user:password@replica:5432/auth',
    description:
      'Streaming replicas of that PostgreSQL, for what may be stale: the history of credits, and npm run credits:verify.',
    isSecret: true,
  },
  DATABASE_REPLICA_LAG_SECONDS: {
    kind: integer(5, 3_600),
    default: '5',
    description:
      'No replica is read that may be further behind; for as long after a booking a node reads that history from the primary.',
  },
  DB_POOL_MAX: {
    kind: integer(1, 1_000),
    default: '10',
    description: 'PostgreSQL connections of one process; as many to each replica.',
  },
  DB_POOL_MODE: {
    kind: choice<PoolMode>({ session: 'session', transaction: 'transaction' }),
    default: 'session',
    description:
      'transaction: a pooler between lends its connections by transaction (PgBouncer, Supavisor): nothing is kept on them, neither statements by name nor timeouts.',
  },
  DB_WAIT_SECONDS: {
    kind: integer(0, 3_600),
    default: '30',
    description: 'How long a start waits for a database that does not answer yet.',
  },
  DB_LOCK_TIMEOUT_MS: {
    kind: integer(1, 600_000),
    default: '5000',
    description:
      'Milliseconds a request waits for others on the same row, bookings of one account for example; then it is answered 503.',
  },
  MIGRATE_ON_START: {
    kind: boolean,
    default: 'true',
    description: 'Brings the schema up to date before listening; the start fails when that fails.',
  },
} satisfies Record<string, Variable>;

export const breakerVariables = {
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: {
    kind: integer(1, 10_000),
    default: '5',
    description: 'Infrastructure failures that open the breaker.',
  },
  CIRCUIT_BREAKER_RECOVERY_TIMEOUT: {
    kind: decimal(0.001, 86_400),
    default: '60',
    description: 'Seconds until an open breaker lets one call try again; fractions are allowed.',
  },
  CIRCUIT_BREAKER_CALL_TIMEOUT: {
    kind: decimal(0.001, 3_600),
    default: '10',
    description: 'Seconds after which a database call counts as failed; fractions are allowed.',
  },
  CIRCUIT_BREAKER_EXPECTED_EXCEPTION: {
    kind: text(255),
    default: 'Exception',
    description: 'Accepted for compatibility and ignored: only infrastructure errors count.',
  },
} satisfies Record<string, Variable>;
