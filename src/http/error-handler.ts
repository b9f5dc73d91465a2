import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, toEnvelope, type ErrorCode } from '../errors';
import type { Clock } from '../foundation/clock';
import { noteWait } from '../foundation/request-context';
import type { Logger } from '../infrastructure/telemetry/logger';
import { translateError, type ErrorTranslation } from './error-translation';
import type { RouteIndex } from './route-index';

const JSON_TYPE = 'application/json; charset=utf-8';

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

/** On this host only: a target that begins with two slashes, or with a scheme, names another. */
const TRAILING_SLASH = /^(\/[^/?#][^?#]*?)\/(\?[^#]*)?$/;

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Sends every error in the standard envelope, or as the face that it leaves through has it. */
export function createErrorHandler(logger: Logger, clock: Clock): ErrorHandler {
  return (error, request, reply) => {
    const translation = translationOf(request);
    const { error: appError, status } = translateError(toAppError(error), translation);
    noteFailure(logger, request, appError);
    const challenge = request.face?.challenge;
    if (status === 401) void reply.header('www-authenticate', challenge ?? challengeTo(appError));
    void reply
      .removeHeader('set-cookie')
      .type(JSON_TYPE)
      .status(status)
      .send(bodyFor(request, appError, clock));
  };
}

/** What every answer that an error becomes leaves behind: a log line, with the private cause when it is our fault, and the wait. */
export function noteFailure(logger: Logger, { id, caller }: FastifyRequest, error: AppError): void {
  const { logLevel } = error.entry;
  const fields = { request_id: id, error_code: error.code, message: error.message };
  logger[logLevel](logLevel === 'info' ? fields : { ...fields, error: error.cause }, 'request_failed');
  noteWait(caller, error.retryAfterSeconds);
}

/** RFC 6750: who sent no access token is told of no error, and neither is who failed at something else. */
function challengeTo({ asksToReauthenticate, code }: AppError): string {
  const isRefused = asksToReauthenticate && code !== 'UNAUTHENTICATED';
  return isRefused ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** 404 for an unknown path, 307 for a known one with a slash too many; else for a known one the methods it takes: as the answer to OPTIONS, or with a 405. */
export function createNotFoundHandler(
  routes: RouteIndex,
  handleError: ErrorHandler,
): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    const methods = routes.methodsOf(request.url);
    const location = methods.length === 0 ? withoutSlash(request, routes) : undefined;
    if (location !== undefined) {
      void reply.redirect(location, 307);
      return;
    }
    if (methods.length === 0) {
      handleError(new AppError('NOT_FOUND'), request, reply);
      return;
    }
    void reply.header('allow', [...methods, 'OPTIONS'].join(', '));
    if (request.method === 'OPTIONS') void reply.status(204).send();
    else handleError(new AppError('METHOD_NOT_ALLOWED'), request, reply);
  };
}

/** FastAPI led clients that end a path with a slash to the path without one, with method and body; undefined for others. */
function withoutSlash({ method, url }: FastifyRequest, routes: RouteIndex): string | undefined {
  const [, path, query] = TRAILING_SLASH.exec(url) ?? [];
  if (path === undefined || method === 'OPTIONS' || routes.methodsOf(path).length === 0) return undefined;
  return `${path}${query ?? ''}`;
}

/** What is refused before a route is found has none. */
function translationOf(request: FastifyRequest): ErrorTranslation {
  const { config } = request.routeOptions as Partial<typeof request.routeOptions>;
  return config?.translation ?? {};
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

function bodyFor({ id, face }: FastifyRequest, error: AppError, clock: Clock): object {
  const envelope = toEnvelope(error, id, clock.now());
  return face?.errorBody(envelope, error.entry.httpStatus) ?? envelope;
}
