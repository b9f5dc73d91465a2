import type { GraphQLFormattedError } from 'graphql';
import { toEnvelope, type AppError } from '../errors';
import type { Clock } from '../foundation/clock';
import { currentRequestContext, noteWait } from '../foundation/request-context';
import type { Logger } from '../infrastructure/telemetry/logger';
import { toGraphQLError } from './error-body';
import { toAppError } from './to-app-error';

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The one place that turns any error into what GraphQL clients see; its private side goes to the log. */
export function createFormatError(logger: Logger, clock: Clock): FormatError {
  const requestsLogged = new WeakSet<object>();
  return (formatted, error) => {
    const appError = toAppError(formatted, error);
    const caller = currentRequestContext();
    // A document is wrong once, in however many places: what has no path concerns the request as a whole.
    const isTold = caller !== undefined && formatted.path === undefined && requestsLogged.has(caller);
    if (!isTold) logError(logger, appError, formatted);
    if (caller && formatted.path === undefined) requestsLogged.add(caller);
    if (caller) noteWait(caller, appError.retryAfterSeconds);
    const envelope = toEnvelope(appError, caller?.requestId ?? 'unknown', clock.now());
    const { message, extensions } = toGraphQLError(envelope, appError.entry.httpStatus);
    return {
      message,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      // One signal for every code of a refused access token, so that no client has to know them.
      extensions: { ...extensions, ...(appError.asksToReauthenticate && { reauthenticate: true }) },
    };
  };
}

function logError(logger: Logger, error: AppError, { path }: GraphQLFormattedError): void {
  const { logLevel, exception } = error.entry;
  // What the client did wrong is in the message; what we did wrong is in the cause, with its stack.
  const cause = logLevel === 'info' ? undefined : error.cause;
  logger[logLevel](
    {
      error_code: error.code,
      exception,
      message: error.message,
      path,
      ...(cause !== undefined && { error: cause }),
    },
    'graphql_error',
  );
}
