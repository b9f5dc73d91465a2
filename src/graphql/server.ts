import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GraphqlConfig } from '../config';
import { AppError } from '../errors';
import type { Authenticator } from '../features/sign-in';
import type { Clock } from '../foundation/clock';
import { wantsPage, type PageAnswer } from '../http/negotiation';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { Logger } from '../infrastructure/telemetry/logger';
import type { Metrics } from '../infrastructure/telemetry/metrics';
import { traced, type SpanOptions } from '../infrastructure/telemetry/tracing/tracing';
import { apolloHandler } from './apollo-handler';
import { GraphQLContext } from './context';
import { graphqlFace } from './face';
import { createFormatError } from './format-error';
import { landingPage } from './landing-page';
import type { LiveEndpoint } from './live/live-endpoint';
import type { PersistedOperations } from './persisted/persisted-operations';
import { executeListed, notListed } from './persisted/safelist-plugin';
import { operationMetrics } from './operation-metrics';
import { operationLogging, persistedQueriesOff } from './plugins';
import { queryLimits } from './query-limits';
import { takeOperations } from './request-body';
import { problemOf } from './request-shape';
import { SANDBOX_POLICY } from './sandbox-policy';

const GRAPHQL_PATH = '/graphql';
/** Named anew as soon as it is known what is asked for. */
const GRAPHQL_SPAN: SpanOptions = { name: 'graphql', kind: 'internal', attributes: {} };

export interface GraphQLServerOptions {
  readonly schema: GraphQLSchema;
  readonly config: GraphqlConfig;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What a browser is told that opens the endpoint while there is no IDE. */
  readonly ideOff: PageAnswer;
  /** Subscriptions, where they are on. */
  readonly live: LiveEndpoint | undefined;
  readonly persisted: PersistedOperations;
}

/** With the last one graphql-js says that it stopped; who makes more mistakes is no reader of our messages. */
const MAX_DOCUMENT_ERRORS = 5;

/** Apollo Server on `/graphql` of the given Fastify instance. */
export async function mountGraphQL(fastify: FastifyInstance, options: GraphQLServerOptions): Promise<void> {
  const { config, persisted } = options;
  const limits = queryLimits(options.schema, config);
  const apollo = new ApolloServer<GraphQLContext>({
    schema: options.schema,
    introspection: config.introspection,
    // Without introspection the schema is not given away word by word in "did you mean" either.
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    // Ours is narrower: queries read no cookie, so they may come by GET, and a POST has to be JSON.
    csrfPrevention: false,
    // Refused before they reach Apollo, in words that say how to go on.
    allowBatchedHttpRequests: false,
    persistedQueries: persisted.cache ? { cache: persisted.cache } : false,
    parseOptions: { maxLexicalTokens: config.maxTokens },
    validationRules: [limits.rule],
    validationOptions: { maxErrors: MAX_DOCUMENT_ERRORS - 1, hideSuggestions: !config.introspection },
    executionOptions: { maxCoercionErrors: MAX_DOCUMENT_ERRORS - 1 },
    formatError: createFormatError(options.logger, options.clock),
    logger: options.logger,
    stopOnTerminationSignals: false,
    plugins: [
      limits.plugin,
      // It times every field for answers that shared caches keep; ours are one person's.
      ApolloServerPluginCacheControlDisabled(),
      config.hasIde ? landingPage() : ApolloServerPluginLandingPageDisabled(),
      // Each plugin that listens makes every request some promises longer.
      ...(options.logger.isLevelEnabled('debug') ? [operationLogging(options.logger)] : []),
      ...(persisted.isOpen ? [] : [executeListed(persisted)]),
      ...(persisted.isOpen && !persisted.cache ? [persistedQueriesOff] : []),
      operationMetrics(options.metrics),
    ],
  });
  await apollo.start();

  const answer = apolloHandler(
    apollo,
    ({ caller, headers }) => new GraphQLContext(caller, headers.authorization, options.authenticator),
  );
  const { limiter } = options;
  fastify.routeIndex.claim(GRAPHQL_PATH, graphqlFace);
  await fastify.register(async (scope) => {
    takeOperations(scope);
    scope.route({
      url: GRAPHQL_PATH,
      method: ['GET', 'POST'],
      config: { face: graphqlFace },
      onRequest: (request, reply, done) => {
        if (config.hasIde && request.method === 'GET') {
          void reply.header('content-security-policy', SANDBOX_POLICY);
        }
        done(problemOfHost(request));
      },
      handler: async (request, reply): Promise<unknown> => {
        const { caller } = request;
        if (options.live?.takes(request)) return options.live.answer(request, reply);
        if (!config.hasIde && isVisit(request)) return options.ideOff(request, reply.status(400));
        // Before the document is parsed, which is most of what a bad one costs.
        limiter.refuseUsedUp('other', caller.surface, caller);
        const problem = problemOf(request) ?? notListed(persisted, request);
        const answered = problem ?? (await inSpan(() => answer(request, reply)));
        // Root fields count; a request that reached none, for its document is no good, counts as one.
        if (caller.limits.length === 0) await limiter.consume('other', caller.surface, caller);
        if (problem) throw problem;
        return answered;
      },
    });
  });
}

/** A request whose Host header names no host is to be refused (RFC 9112, 3.2). */
function problemOfHost({ hostname }: FastifyRequest): AppError | undefined {
  if (URL.canParse(`http://${hostname}/`)) return undefined;
  return new AppError('BAD_REQUEST', { message: 'The Host header names no host' });
}

/** Somebody who opens the address in a browser, and asks nothing. */
function isVisit(request: FastifyRequest): boolean {
  return request.method === 'GET' && !request.url.includes('?') && wantsPage(request);
}

function inSpan(execute: () => unknown): Promise<unknown> {
  return traced(
    () => GRAPHQL_SPAN,
    async () => execute(),
  );
}
