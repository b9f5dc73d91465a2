import { z } from 'zod';
import type { PageAnswer } from '../../http/negotiation';
import type { Health } from '../../infrastructure/telemetry/health';
import { operation, type Operation, type OperationGroup } from '../operation';
import { EXAMPLE_TIME } from '../schemas';

const serviceAnswer = z.object({
  message: z.string().meta({ description: 'Name of the service.' }),
  version: z.string(),
  docs: z.string(),
  graphql: z.string(),
});

const check = z.looseObject({});

const healthAnswer = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  service: z.string(),
  timestamp: z.string().meta({ format: 'date-time' }),
  version: z.string(),
  uptime_seconds: z.int().min(0),
  checks: z.looseObject({ database: check, redis: check.optional(), password_hashing: check }),
});

const healthExample = {
  status: 'healthy',
  service: 'GraphQL Auth Gateway',
  timestamp: EXAMPLE_TIME,
  version: '1.0.0',
  uptime_seconds: 3600,
  checks: { database: { status: 'up' }, password_hashing: { running: 0, queued: 0 } },
};

const stateAnswer = z.object({ status: z.string() });

/** What belongs to no family: what this service is, how it is and, unless that is read elsewhere, what it counts. */
export function systemOperations(
  health: Health,
  home: PageAnswer | undefined,
  metrics: Operation | undefined,
): OperationGroup {
  return {
    name: 'system',
    description: 'The service itself: name, health, metrics.',
    prefixes: [],
    operations: [
      root(health, home),
      report(health),
      oldReport(health),
      live(),
      ready(health),
      ...(metrics ? [metrics] : []),
    ],
  };
}

function root(health: Health, page: PageAnswer | undefined): Operation {
  return operation({
    method: 'GET',
    path: '/',
    id: 'root',
    summary: 'What this service is',
    description: 'Browsers, which ask for `text/html`, get a page of links instead.',
    ...(page && { page }),
    answer: {
      status: 200,
      description: 'Name, version and ways in.',
      schema: serviceAnswer,
      example: { message: 'GraphQL Auth Gateway', version: '1.0.0', docs: '/docs', graphql: '/graphql' },
    },
    handle: () => ({
      message: health.service.name,
      version: health.service.version,
      docs: '/docs',
      graphql: '/graphql',
    }),
  });
}

function report(health: Health): Operation {
  const answer = {
    schema: healthAnswer,
    description:
      'The service works; degraded: Redis does not answer, and each process counts tries for itself.',
    example: healthExample,
  };
  return operation({
    method: 'GET',
    path: '/health',
    id: 'health',
    summary: 'How the service is, for people and monitors',
    answer: { status: 200, ...answer },
    otherAnswers: [
      {
        ...answer,
        status: 503,
        description: 'The database is out of reach, or the circuit breaker is open.',
        example: { ...healthExample, status: 'unhealthy' },
      },
    ],
    handle: async ({ reply }) => {
      const body = await health.report();
      if (body.status === 'unhealthy') void reply.status(503);
      return body;
    },
  });
}

/** Where one of the old services had it. */
function oldReport(health: Health): Operation {
  return { ...report(health), path: '/healthcheck', id: 'healthcheck', summary: 'The same as /health' };
}

function live(): Operation {
  return operation({
    method: 'GET',
    path: '/health/live',
    id: 'healthLive',
    summary:
      'Whether the process runs; an orchestrator must not restart one that only waits for its database',
    answer: {
      status: 200,
      description: 'It runs.',
      schema: stateAnswer,
      example: { status: 'alive' },
    },
    handle: () => ({ status: 'alive' }),
  });
}

function ready(health: Health): Operation {
  return operation({
    method: 'GET',
    path: '/health/ready',
    id: 'healthReady',
    summary: 'Whether a load balancer should send requests',
    answer: { status: 200, description: 'Yes.', schema: stateAnswer, example: { status: 'ready' } },
    otherAnswers: [
      { status: 503, description: 'No.', schema: stateAnswer, example: { status: 'not_ready' } },
    ],
    handle: async ({ reply }) => {
      const isReady = await health.isReady();
      if (!isReady) void reply.status(503);
      return { status: isReady ? 'ready' : 'not_ready' };
    },
  });
}
