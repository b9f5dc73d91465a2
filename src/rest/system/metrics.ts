import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccessCheck } from '../../http/operator-access';
import { operation, type Operation } from '../operation';
import { addOperations, type RestAccess } from '../operation-routes';

const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsSource {
  /** In Prometheus's text format, version 0.0.4. */
  text(): Promise<string>;
}

/** What Prometheus reads, for those whom `checkAccess` lets pass. */
export function metricsOperation(metrics: MetricsSource, checkAccess: AccessCheck): Operation {
  return operation({
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    summary: 'Counters for Prometheus',
    description:
      'With `METRICS_TOKEN` set, for whoever sends it as bearer token. Without one, in production, for direct requests from the machine itself only: to others it is not there.',
    answer: {
      status: 200,
      description: 'The text format of Prometheus.',
      schema: z.string(),
      mediaType: METRICS_MEDIA_TYPE,
      example: 'http_requests_total{method="GET",route="/health",status="200"} 1',
    },
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'NOT_FOUND'],
    handle: ({ reply }) => {
      checkAccess(reply.request);
      return metrics.text();
    },
  });
}

/** Serves the metrics, and nothing else, on a server of their own. */
export async function mountMetrics(
  server: FastifyInstance,
  metrics: Operation,
  access: RestAccess,
): Promise<void> {
  await addOperations(
    server,
    { name: 'system', description: '', prefixes: [], operations: [metrics] },
    access,
  );
}
