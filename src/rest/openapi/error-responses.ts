import { errorCatalogue, toEnvelope, AppError, invalidInput, type ErrorCode } from '../../errors';
import { setsCookie, type Operation, type OperationGroup } from '../operation';
import { limitOf } from '../operation-limit';
import { errorSchemaOf } from './error-schemas';

const EXAMPLE_TIME = new Date('2026-02-19T10:30:00.000Z');
const EXAMPLE_REQUEST_ID = 'req-12345';

const HEADERS_OF_STATUS: Partial<Record<number, Record<string, object>>> = {
  401: {
    'WWW-Authenticate': {
      description: '`Bearer`; for an access token that was refused `Bearer error="invalid_token"`.',
      schema: { type: 'string' },
    },
  },
  429: {
    'Retry-After': { description: 'Seconds until another try makes sense.', schema: { type: 'integer' } },
  },
  503: {
    'Retry-After': { description: 'Seconds until another try makes sense.', schema: { type: 'integer' } },
  },
};

/** Everything an operation can refuse, by status, each code with an example. */
export function errorResponses(group: OperationGroup, operation: Operation): Record<string, object> {
  const codesOfStatus = new Map<number, ErrorCode[]>();
  for (const code of codesOf(group, operation)) {
    const status = operation.translation?.statuses?.[code] ?? errorCatalogue[code].httpStatus;
    codesOfStatus.set(status, [...(codesOfStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...codesOfStatus].map(([status, codes]) => [status, errorResponse(group, operation, status, codes)]),
  );
}

function codesOf(group: OperationGroup, operation: Operation): ReadonlySet<ErrorCode> {
  const { security = 'none', method } = operation;
  const isRequired = security === 'required' || security === 'sign-out';
  const isProtected = isRequired || security === 'optional';
  const takesCookie = security === 'sign-out' || (security !== 'none' && group.takesCookie === true);
  const actsWithCookie = (takesCookie && method !== 'GET') || setsCookie(operation);
  return new Set<ErrorCode>([
    ...(operation.body ? BODY_ERRORS : []),
    ...(operation.query || operation.headers ? (['INVALID_INPUT'] as const) : []),
    ...(operation.params ? (['BAD_REQUEST'] as const) : []),
    ...(isRequired ? (['UNAUTHENTICATED'] as const) : []),
    ...(isProtected ? (['INVALID_TOKEN', 'TOKEN_EXPIRED'] as const) : []),
    ...(actsWithCookie ? (['FORBIDDEN'] as const) : []),
    ...(operation.errors ?? []),
    ...(group.face ? COMMON_ERRORS : []),
    ...(limitOf(group, operation) ? (['RATE_LIMITED'] as const) : []),
    ...(security === 'client' ? (['UNAUTHENTICATED', 'INVALID_CREDENTIALS'] as const) : []),
  ]);
}

const BODY_ERRORS = ['BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'INVALID_INPUT'] as const;
const COMMON_ERRORS = ['DATABASE_ERROR', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'] as const;

function errorResponse(
  group: OperationGroup,
  operation: Operation,
  status: number,
  codes: readonly ErrorCode[],
): object {
  const headers = HEADERS_OF_STATUS[status];
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].description}`).join('\n\n'),
    ...(headers && { headers }),
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${errorSchemaOf(group)}` },
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: errorExample(group, operation, code) }]),
        ),
      },
    },
  };
}

function errorExample(group: OperationGroup, operation: Operation, code: ErrorCode): object {
  const message = operation.translation?.messages?.[code];
  const retry = code === 'RATE_LIMITED' || code === 'SERVICE_UNAVAILABLE' ? { retryAfterSeconds: 30 } : {};
  const error =
    code === 'INVALID_INPUT'
      ? invalidInput({ field: firstFieldOf(operation), message: 'is required' })
      : new AppError(code, { ...(message !== undefined && { message }), ...retry });
  const envelope = toEnvelope(error, EXAMPLE_REQUEST_ID, EXAMPLE_TIME);
  return group.face?.errorBody(envelope, error.entry.httpStatus) ?? envelope;
}

function firstFieldOf({ bodyExample }: Operation): string {
  return Object.keys(bodyExample ?? {})[0] ?? 'body';
}
