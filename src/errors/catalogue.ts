/** How loudly an error of this kind is logged: the caller's mistakes are information, ours are errors. */
export type ErrorLogLevel = 'info' | 'warn' | 'error';

export interface ErrorCatalogueEntry {
  /** Name of the exception in the envelope's `error` field. */
  readonly exception: string;
  readonly httpStatus: number;
  /** Public text when the place that raises the error has nothing better to say. */
  readonly message: string;
  /** When a client meets this error; shown by `errorCatalog` and in docs/errors.md. */
  readonly description: string;
  readonly logLevel: ErrorLogLevel;
}

/** Every error a client can meet, declared once. docs/errors.md is this table, and a test holds the two together. */
export const errorCatalogue = {
  INVALID_CREDENTIALS: {
    exception: 'InvalidCredentialsException',
    httpStatus: 401,
    message: 'Invalid email or password',
    description: 'Wrong identifier or password: one message and one duration for both.',
    logLevel: 'info',
  },
  ACCOUNT_DISABLED: {
    exception: 'AccountDisabledException',
    httpStatus: 401,
    message: 'This account is disabled',
    description: 'The password is right, but the account is disabled.',
    logLevel: 'info',
  },
  EMAIL_NOT_VERIFIED: {
    exception: 'EmailNotVerifiedException',
    httpStatus: 401,
    message: 'Please verify your email address first',
    description: 'The password is right, but the email address still has to be verified.',
    logLevel: 'info',
  },
  UNAUTHENTICATED: {
    exception: 'NotAuthenticatedException',
    httpStatus: 401,
    message: 'Authentication required',
    description: 'No access token was sent with a request that needs one.',
    logLevel: 'info',
  },
  TOKEN_EXPIRED: {
    exception: 'TokenExpiredException',
    httpStatus: 401,
    message: 'Token has expired',
    description: 'An access or refresh token is past its time.',
    logLevel: 'info',
  },
  INVALID_TOKEN: {
    exception: 'InvalidTokenException',
    httpStatus: 401,
    message: 'Invalid token',
    description: 'A token is malformed, tampered with, revoked, reused or of the wrong kind.',
    logLevel: 'info',
  },
  INVALID_RESET_TOKEN: {
    exception: 'InvalidResetTokenException',
    httpStatus: 400,
    message: 'Invalid or expired reset token',
    description: 'A password reset token is wrong, used or expired.',
    logLevel: 'info',
  },
  INVALID_VERIFICATION_CODE: {
    exception: 'InvalidVerificationCodeException',
    httpStatus: 400,
    message: 'Invalid or expired verification code',
    description: 'A verification code is wrong, used, expired or was tried too often.',
    logLevel: 'info',
  },
  FORBIDDEN: {
    exception: 'PermissionDeniedException',
    httpStatus: 403,
    message: 'You are not allowed to do this',
    description: 'The caller is authenticated, but not allowed to do this.',
    logLevel: 'info',
  },
  USER_NOT_FOUND: {
    exception: 'UserNotFoundException',
    httpStatus: 404,
    message: 'User not found',
    description: 'There is no such user.',
    logLevel: 'info',
  },
  USER_ALREADY_EXISTS: {
    exception: 'UserAlreadyExistsException',
    httpStatus: 409,
    message: 'Email or username is already taken',
    description: 'The email address or the username is taken.',
    logLevel: 'info',
  },
  IDEMPOTENCY_CONFLICT: {
    exception: 'IdempotencyConflictException',
    httpStatus: 409,
    message: 'This idempotency key was used for another request',
    description: 'The same idempotency key came with another request.',
    logLevel: 'info',
  },
  INVALID_INPUT: {
    exception: 'InvalidInputException',
    httpStatus: 422,
    message: 'Invalid input',
    description: 'A value breaks a rule; `details` names the field and the rule.',
    logLevel: 'info',
  },
  INSUFFICIENT_CREDITS: {
    exception: 'InsufficientCreditsException',
    httpStatus: 400,
    message: 'Insufficient credits',
    description: 'The balance does not cover the amount.',
    logLevel: 'info',
  },
  RATE_LIMITED: {
    exception: 'RateLimitExceededException',
    httpStatus: 429,
    message: 'Too many requests',
    description: 'Too many requests; try again after `retry_after` seconds.',
    logLevel: 'warn',
  },
  QUERY_TOO_COMPLEX: {
    exception: 'QueryTooComplexException',
    httpStatus: 400,
    message: 'The query is too complex',
    description: 'The document exceeds a limit on depth, aliases, root fields or tokens.',
    logLevel: 'info',
  },
  BAD_REQUEST: {
    exception: 'BadRequestException',
    httpStatus: 400,
    message: 'Bad request',
    description: 'Malformed JSON or GraphQL, or a document that does not fit the schema.',
    logLevel: 'info',
  },
  NOT_FOUND: {
    exception: 'NotFoundException',
    httpStatus: 404,
    message: 'Not found',
    description: 'There is nothing at this path.',
    logLevel: 'info',
  },
  METHOD_NOT_ALLOWED: {
    exception: 'MethodNotAllowedException',
    httpStatus: 405,
    message: 'Method not allowed',
    description: 'The path exists, but not for this method; the `Allow` header lists those it takes.',
    logLevel: 'info',
  },
  PAYLOAD_TOO_LARGE: {
    exception: 'PayloadTooLargeException',
    httpStatus: 413,
    message: 'The request body is too large',
    description: 'The request body exceeds the limit.',
    logLevel: 'info',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    exception: 'UnsupportedMediaTypeException',
    httpStatus: 415,
    message: 'Unsupported media type',
    description: 'The request body has a media type that this route does not take.',
    logLevel: 'info',
  },
  DATABASE_ERROR: {
    exception: 'DatabaseException',
    httpStatus: 500,
    message: 'A database error occurred',
    description: 'A database failure that is no outage.',
    logLevel: 'error',
  },
  SERVICE_UNAVAILABLE: {
    exception: 'ServiceUnavailableException',
    httpStatus: 503,
    message: 'Service temporarily unavailable',
    description:
      'The database is out of reach or the server is at its limit; try again after `retry_after` seconds.',
    logLevel: 'warn',
  },
  INTERNAL_ERROR: {
    exception: 'InternalServerException',
    httpStatus: 500,
    message: 'An unexpected error occurred',
    description: 'Everything unforeseen.',
    logLevel: 'error',
  },
} as const satisfies Record<string, ErrorCatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export const errorCodes = Object.keys(errorCatalogue) as ErrorCode[];
