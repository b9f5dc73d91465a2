import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { AppError, toEnvelope, type ErrorCode } from '../errors';
import type { Clock } from '../foundation/clock';
import { GRAPHQL_PATH } from '../foundation/paths';
import type { Logger } from '../infrastructure/telemetry/logger';

/** What Fastify itself refuses before a route is reached. */
const CODE_OF_STATUS: Partial<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'BAD_REQUEST',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'SERVICE_UNAVAILABLE',
};

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Sends every error of HTTP and REST in the standard envelope. */
export function createErrorHandler(logger: Logger, clock: Clock): ErrorHandler {
  return (error, request, reply) => {
    const appError = toAppError(error);
    const { logLevel, httpStatus } = appError.entry;
    const fields = { request_id: request.id, error_code: appError.code, message: appError.message };
    logger[logLevel](logLevel === 'info' ? fields : { ...fields, error: appError.cause }, 'request_failed');
    if (appError.retryAfterSeconds !== undefined)
      void reply.header('retry-after', appError.retryAfterSeconds);
    if (httpStatus === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(httpStatus).send(bodyFor(request, appError, clock));
  };
}

/** 404 for an unknown path; 405 with `Allow` for a known one that does not take the method. */
export function createNotFoundHandler(
  server: FastifyInstance,
  handleError: ErrorHandler,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    // The router takes these for a pattern, and throws where it cannot be one.
    const isPattern = /[*:]/.test(path);
    const allowed = isPattern ? [] : methods.filter((method) => server.hasRoute({ method, url: path }));
    if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    handleError(new AppError(allowed.length > 0 ? 'METHOD_NOT_ALLOWED' : 'NOT_FOUND'), request, reply);
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { statusCode } = error as Partial<FastifyError>;
  const code = statusCode === undefined ? undefined : CODE_OF_STATUS[statusCode];
  if (!code) return new AppError('INTERNAL_ERROR', { cause: error });
  // Parser messages can quote the body; only the one that names the limit is of use.
  return new AppError(code, {
    cause: error,
    ...(code === 'BAD_REQUEST' && { message: 'The request is malformed' }),
  });
}

/** GraphQL clients look for `errors`, also when the request never reached GraphQL. */
function bodyFor(request: FastifyRequest, error: AppError, clock: Clock): object {
  const envelope = toEnvelope(error, request.id, clock.now());
  if (request.url.split('?', 1)[0] !== GRAPHQL_PATH) return envelope;
  const { message, ...rest } = envelope;
  return { errors: [{ message, extensions: { ...rest, http_status: error.entry.httpStatus } }] };
}
