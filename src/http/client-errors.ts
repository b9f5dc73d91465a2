import type { Socket } from 'node:net';
import { AppError, toEnvelope } from '../errors';
import type { Clock } from '../foundation/clock';
import { requestIdFrom } from '../foundation/ids';
import type { Logger } from '../infrastructure/telemetry/logger';

const STATUS_LINES: Partial<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** There is no connection yet that an answer could go by. */
const NO_TLS = /^ERR_(SSL|TLS)_/;

type ClientErrorHandler = (error: Error & { readonly code?: string }, socket: Socket) => void;

/** Answers what is no HTTP request. Fastify never sees it, so neither its hooks nor its error handler run. */
export function createClientErrorHandler(logger: Logger, clock: Clock): ClientErrorHandler {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || NO_TLS.test(error.code ?? '') || !socket.writable) {
      socket.destroy();
      return;
    }
    const requestId = requestIdFrom(undefined);
    const appError = new AppError('BAD_REQUEST', { message: 'The request is malformed' });
    const { code, message } = appError;
    logger.info({ request_id: requestId, error_code: code, message, reason: error.code }, 'request_failed');
    const body = JSON.stringify(toEnvelope(appError, requestId, clock.now()));
    socket.end(
      [
        `HTTP/1.1 ${STATUS_LINES[error.code ?? ''] ?? '400 Bad Request'}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        `X-Request-ID: ${requestId}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
      () => socket.destroy(),
    );
  };
}
