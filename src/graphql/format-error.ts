import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, toEnvelope, type ErrorCode } from '../errors';
import type { Clock } from '../foundation/clock';
import { currentRequestContext } from '../foundation/request-context';
import type { Logger } from '../infrastructure/telemetry/logger';
import { withoutValues } from './public-message';

/** Apollo's and graphql-js's own codes, in our words. */
const FOREIGN_CODES: Partial<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'BAD_REQUEST',
  GRAPHQL_VALIDATION_FAILED: 'BAD_REQUEST',
  BAD_USER_INPUT: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
};

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The one place that turns any error into what GraphQL clients see; its private side goes to the log. */
export function createFormatError(logger: Logger, clock: Clock): FormatError {
  return (formatted, error) => {
    const appError = toAppError(formatted, error);
    logError(logger, appError, formatted);
    const { message, ...envelope } = toEnvelope(
      appError,
      currentRequestContext()?.requestId ?? 'unknown',
      clock.now(),
    );
    return {
      message,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions: { ...envelope, http_status: appError.entry.httpStatus },
    };
  };
}

function toAppError(formatted: GraphQLFormattedError, error: unknown): AppError {
  const original = unwrapResolverError(error);
  if (original instanceof AppError) return original;
  const wrapped = error instanceof GraphQLError ? error.originalError : undefined;
  if (wrapped instanceof AppError) return wrapped;
  if (formatted.message.includes('Document contains more tha')) {
    return new AppError('QUERY_TOO_COMPLEX', { message: 'The query has too many tokens', cause: error });
  }
  const code = foreignCode(formatted, error);
  return code
    ? new AppError(code, { message: withoutValues(formatted.message), cause: error })
    : new AppError('INTERNAL_ERROR', { cause: original });
}

const EXECUTION_REFUSALS = /^(Argument "\w+" |Schema is not configured to execute )/;

function foreignCode(formatted: GraphQLFormattedError, error: unknown): ErrorCode | undefined {
  // Only a query may travel by GET; Apollo answers 405 with `Allow`.
  if (formatted.message.startsWith('GET requests only support')) return 'METHOD_NOT_ALLOWED';
  // What graphql-js notices only while it executes: a variable that is null where the argument needs a value, or an
  // operation of a kind that the schema does not have.
  const isCallersMistake =
    unwrapResolverError(error) instanceof GraphQLError && EXECUTION_REFUSALS.test(formatted.message);
  return isCallersMistake ? 'BAD_REQUEST' : FOREIGN_CODES[String(formatted.extensions?.['code'])];
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
