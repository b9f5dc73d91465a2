import type { FastifyInstance } from 'fastify';
import type { Logger } from '../infrastructure/telemetry/logger';
import { redactUrl } from '../infrastructure/telemetry/redaction';

/** Two lines a request, `request_start` and `request_end`, and a third for one that took too long. */
export function addRequestLogging(server: FastifyInstance, logger: Logger, slowRequestSeconds: number): void {
  server.addHook('onRequest', (request, _reply, done) => {
    logger.info(
      {
        method: request.method,
        path: redactUrl(request.url),
        client_ip: request.caller.ipAddress,
        user_agent: request.headers['user-agent'],
      },
      'request_start',
    );
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    const fields = {
      request_id: request.id,
      method: request.method,
      path: redactUrl(request.url),
      status_code: reply.statusCode,
      duration_ms: durationMs,
    };
    logger.info(fields, 'request_end');
    if (durationMs > slowRequestSeconds * 1000) logger.warn(fields, 'slow_request');
    done();
  });
}
