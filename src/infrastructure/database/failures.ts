import { types } from 'node:util';
import TimeOutError from 'brakes/lib/TimeOutError';

// What Node says when the server cannot be reached.
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // the directory of a Unix socket, when the server is down
]);

// What PostgreSQL says when it cannot serve: https://www.postgresql.org/docs/current/errcodes-appendix.html
const SQL_STATES = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '57014', // query_canceled: our own statement_timeout
  '25P03', // idle_in_transaction_session_timeout
]);
const SQL_STATE_CLASSES = ['08', '53']; // connection exception; insufficient resources, too many connections

/**
 * What pg and knex say, word for word, of connections that they could not get or lost. These come without a code, and never
 * from the server, whose every error has an SQLSTATE.
 */
export const CLIENT_MESSAGES: ReadonlySet<string> = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'timeout expired', // a server that takes a connection and says nothing
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
  // The connection broke between two statements of a transaction.
  'Transaction query already complete, run with DEBUG=knex:tx for more info',
]);

/**
 * True for an outage (refused, reset, timeout, shutdown, too many connections). Only these count against the circuit
 * breaker; a duplicate key, a domain error or a mistake in a statement says nothing about the server's health.
 *
 * A code alone decides where there is one. Without one, the driver's own message does, as a whole: a message that went
 * through knex begins with the statement and users' values, and whoever chooses a value must not choose what it means.
 */
export function isInfrastructureFailure(error: unknown): boolean {
  if (!isError(error)) return false;
  if (error instanceof TimeOutError) return true;
  const { code, driverMessage } = error as { readonly code?: unknown; readonly driverMessage?: unknown };
  if (typeof code === 'string') return isOutageCode(code);
  return CLIENT_MESSAGES.has(typeof driverMessage === 'string' ? driverMessage : error.message);
}

function isOutageCode(code: string): boolean {
  if (SYSTEM_CODES.has(code) || SQL_STATES.has(code)) return true;
  return code.length === 5 && SQL_STATE_CLASSES.includes(code.slice(0, 2));
}

/** True for a conflict that the database asks to be tried again: serialization failure or deadlock. */
export function isRetryableConflict(error: unknown): boolean {
  return isError(error) && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** True for what a statement brought upon itself, by its values or by the time it takes, on a server that is well. */
export function isOfStatement(error: unknown): boolean {
  if (!isError(error) || !('code' in error) || typeof error.code !== 'string') return false;
  return error.code === '57014' || error.code.startsWith('22');
}

/** True when the server takes no changes, as one that was the primary before: read_only_sql_transaction. */
export function isReadOnlyServer(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === '25006';
}

/** True for a row whose owner does not exist: foreign_key_violation. MikroORM's class for it goes by words as well. */
export function isForeignKeyViolation(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === '23503';
}

/** True when a lock was not free within DB_LOCK_TIMEOUT_MS: lock_not_available. */
export function isLockTimeout(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === '55P03';
}

/** Unlike `instanceof`, also true for Node's own errors where a test runner gives each file a realm of its own. */
function isError(error: unknown): error is Error {
  return types.isNativeError(error);
}
