import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../infrastructure/telemetry/metrics';

/** Counts and times every answer by the pattern of its route. */
export function addRequestMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    metrics.observeHttp({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    done();
  });
}
