import type { FastifyInstance } from 'fastify';
import type { Health } from '../infrastructure/telemetry/health';

/**
 * `/health` for people and monitors; `/health/live` tells an orchestrator not to restart a process that only waits for its
 * database, `/health/ready` tells a load balancer whether to send requests.
 */
export function addHealthRoutes(server: FastifyInstance, health: Health): void {
  server.get('/health', async (_request, reply) => {
    const report = await health.report();
    return reply.status(report.status === 'healthy' ? 200 : 503).send(report);
  });
  server.get('/health/live', () => ({ status: 'alive' }));
  server.get('/health/ready', async (_request, reply) => {
    const ready = await health.isReady();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not_ready' });
  });
  server.get('/', () => ({
    message: health.service.name,
    version: health.service.version,
    graphql: '/graphql',
    health: '/health',
  }));
}
