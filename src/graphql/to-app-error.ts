import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, type ErrorCode } from '../errors';
import { withoutValues } from './public-message';

const PARSE_FAILED = 'GRAPHQL_PARSE_FAILED';

/** Apollo's and graphql-js's own codes, in our words. */
const FOREIGN_CODES: Partial<Record<string, ErrorCode>> = {
  [PARSE_FAILED]: 'BAD_REQUEST',
  GRAPHQL_VALIDATION_FAILED: 'BAD_REQUEST',
  BAD_USER_INPUT: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
};

/*
 * For these graphql-js has no code of its own. Its messages can quote the document and the variables, so a pattern covers a
 * message from its first word on: what a client writes comes later, in quotes.
 */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens\. Parsing aborted\.$/;
/** What it notices only while it executes: a variable that is null or absent where the argument needs a value. */
const ARGUMENT_REFUSED = /^Argument "\w+" (?:of (?:required|non-null) type "[\w[\]!]+" |has invalid value )/;

const TOO_MANY_WRONG_VALUES = 'Too many errors processing variables, error limit reached. Execution aborted.';

/** Any error of a request as one of ours; what nobody foresaw is INTERNAL_ERROR, with the original as its cause. */
export function toAppError(formatted: GraphQLFormattedError, error: unknown): AppError {
  const original = unwrapResolverError(error);
  if (original instanceof AppError) return original;
  const wrapped = error instanceof GraphQLError ? error.originalError : undefined;
  if (wrapped instanceof AppError) return wrapped;
  const foreignCode = String(formatted.extensions?.['code']);
  if (foreignCode === PARSE_FAILED && TOO_MANY_TOKENS.test(formatted.message)) {
    return new AppError('QUERY_TOO_COMPLEX', { message: 'The query has too many tokens', cause: error });
  }
  const code = codeOf(formatted, error);
  return code
    ? new AppError(code, { message: messageOf(formatted, code), cause: error })
    : new AppError('INTERNAL_ERROR', { cause: original });
}

/** Apollo's words for what only whoever runs the server can change tell how to program it. */
function messageOf({ message, extensions }: GraphQLFormattedError, code: ErrorCode): string {
  if (extensions?.['validationErrorCode'] === 'INTROSPECTION_DISABLED')
    return 'Introspection is off on this server';
  if (code === 'METHOD_NOT_ALLOWED') return 'Only queries may be sent by GET; send mutations by POST';
  return withoutValues(message);
}

function codeOf(formatted: GraphQLFormattedError, error: unknown): ErrorCode | undefined {
  // Only a query may travel by GET; Apollo answers 405 with `Allow`.
  if (httpStatusOf(error) === 405) return 'METHOD_NOT_ALLOWED';
  const isFromGraphql = unwrapResolverError(error) instanceof GraphQLError;
  if (isFromGraphql && isCallersMistake(formatted.message)) return 'BAD_REQUEST';
  return FOREIGN_CODES[String(formatted.extensions?.['code'])];
}

/** Of Apollo's, which gives them no code. */
const PERSISTED_MISTAKES = ['provided sha does not match query', 'Unsupported persisted query version'];

function isCallersMistake(message: string): boolean {
  return (
    message === TOO_MANY_WRONG_VALUES ||
    PERSISTED_MISTAKES.includes(message) ||
    ARGUMENT_REFUSED.test(message)
  );
}

/** The status that Apollo wants for an error; it takes it out of what it formats. */
function httpStatusOf(error: unknown): number | undefined {
  const http = error instanceof GraphQLError ? error.extensions['http'] : undefined;
  return (http as { readonly status?: number } | undefined)?.status;
}
