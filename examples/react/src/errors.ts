import { CombinedGraphQLErrors } from '@apollo/client';
import { isGatewayError, problemsByField } from 'graphql-auth-client';
import type { ErrorCode } from './generated/schema';

/** What each error says to the user. It does not compile when the schema gains or loses a code. */
const texts: Readonly<Record<ErrorCode, string>> = {
  ACCOUNT_DISABLED: 'This account is disabled. Please write to us.',
  BAD_REQUEST: 'This page and the server do not fit together. Please reload it.',
  DATABASE_ERROR: 'Something went wrong on our side.',
  EMAIL_NOT_VERIFIED: 'Please verify your email address first.',
  FORBIDDEN: 'You may not do this.',
  IDEMPOTENCY_CONFLICT: 'This was booked before, with another amount.',
  INSUFFICIENT_CREDITS: 'Your credits do not suffice.',
  INTERNAL_ERROR: 'Something went wrong on our side.',
  INVALID_CREDENTIALS: 'The name or the password is wrong.',
  INVALID_INPUT: 'Please correct what is marked.',
  INVALID_RESET_TOKEN: 'This link has expired. Please ask for a new one.',
  INVALID_TOKEN: 'You have been signed out. Please sign in again.',
  INVALID_VERIFICATION_CODE: 'This code is wrong or has expired.',
  METHOD_NOT_ALLOWED: 'This page and the server do not fit together. Please reload it.',
  NOT_FOUND: 'There is nothing here.',
  PAYLOAD_TOO_LARGE: 'This is too much at once.',
  QUERY_TOO_COMPLEX: 'This page asks for too much at once.',
  RATE_LIMITED: 'Too many tries.',
  SERVICE_UNAVAILABLE: 'The service is busy.',
  TOKEN_EXPIRED: 'You have been signed out. Please sign in again.',
  UNAUTHENTICATED: 'Please sign in.',
  UNSUPPORTED_MEDIA_TYPE: 'This page and the server do not fit together. Please reload it.',
  USER_ALREADY_EXISTS: 'There is an account with this name or address already.',
  USER_NOT_FOUND: 'There is no such user.',
};

export interface Shown {
  readonly message: string;
  /** By the name of the field. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What to show of an error, from our client or from Apollo's. */
export function shown(error: unknown): Shown {
  if (CombinedGraphQLErrors.is(error)) return shownOnWire(error);
  if (!isGatewayError(error)) return { message: String(error), fields: {} };
  switch (error.code) {
    case 'UNREACHABLE':
      return { message: 'The server cannot be reached. Are you online?', fields: {} };
    case 'UNKNOWN':
      return { message: error.message, fields: {} };
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
      return { message: `${texts[error.code]} Try again in ${error.retryAfterSeconds} s.`, fields: {} };
    default:
      return { message: texts[error.code], fields: problemsByField(error) };
  }
}

function shownOnWire({ errors: [first] }: CombinedGraphQLErrors): Shown {
  const { code, details = [] } = (first?.extensions ?? {}) as {
    code?: ErrorCode;
    details?: readonly { field: string; message: string }[];
  };
  return {
    message: code ? texts[code] : 'Something went wrong.',
    fields: Object.fromEntries(details.map(({ field, message }) => [field, message])),
  };
}
