import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GraphqlConfig } from '../config';
import { AppError } from '../errors';
import type { Authenticator } from '../features/sign-in';
import type { Clock } from '../foundation/clock';
import { wantsPage, type PageAnswer } from '../http/negotiation';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { Logger } from '../infrastructure/telemetry/logger';
import { GraphQLContext } from './context';
import { graphqlFace } from './face';
import { createFormatError } from './format-error';
import { landingPage } from './landing-page';
import { operationLogging } from './plugins';
import { queryLimits } from './query-limits';
import { SANDBOX_POLICY } from './sandbox-policy';

const GRAPHQL_PATH = '/graphql';

export interface GraphQLServerOptions {
  readonly schema: GraphQLSchema;
  readonly config: GraphqlConfig;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What a browser is told that opens the endpoint while there is no IDE. */
  readonly ideOff: PageAnswer;
}

/** With the last one graphql-js says that it stopped; who makes more mistakes is no reader of our messages. */
const MAX_DOCUMENT_ERRORS = 5;

/** Apollo Server on `/graphql` of the given Fastify instance; it drains when Fastify closes. */
export async function mountGraphQL(fastify: FastifyInstance, options: GraphQLServerOptions): Promise<void> {
  const { config } = options;
  const limits = queryLimits(options.schema, config);
  const apollo = new ApolloServer<GraphQLContext>({
    schema: options.schema,
    introspection: config.introspection,
    // Without introspection the schema is not given away word by word in "did you mean" either.
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
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
      fastifyApolloDrainPlugin(fastify),
      config.introspection ? landingPage() : ApolloServerPluginLandingPageDisabled(),
      operationLogging(options.logger),
    ],
  });
  await apollo.start();

  const execute = fastifyApolloHandler(apollo, {
    context: ({ caller, headers }) =>
      Promise.resolve(new GraphQLContext(caller, headers.authorization, options.authenticator)),
  }) as RouteHandlerMethod;
  fastify.routeIndex.claim(GRAPHQL_PATH, graphqlFace);
  fastify.route({
    url: GRAPHQL_PATH,
    method: ['GET', 'POST'],
    config: { face: graphqlFace },
    onRequest: (request, reply, done) => {
      // Apollo's adapter makes a URL of it.
      if (!URL.canParse(`http://${request.hostname}/`)) {
        done(new AppError('BAD_REQUEST', { message: 'The Host header names no host' }));
        return;
      }
      if (config.introspection && request.method === 'GET') {
        void reply.header('content-security-policy', SANDBOX_POLICY);
      }
      done();
    },
    handler: async (request, reply): Promise<unknown> => {
      const { caller } = request;
      if (!config.introspection && isVisit(request)) return options.ideOff(request, reply.status(400));
      // Before the document is parsed, which is most of what a bad one costs.
      options.limiter.refuseUsedUp('other', caller.surface, caller);
      const answer: unknown = await execute.call(fastify, request, reply);
      // Root fields count; a request that reached none, for its document is no good, counts as one.
      if (caller.limits.length === 0) await options.limiter.consume('other', caller.surface, caller);
      return answer;
    },
  });
}

/** Somebody who opens the address in a browser, and asks nothing. */
function isVisit(request: FastifyRequest): boolean {
  return request.method === 'GET' && !request.url.includes('?') && wantsPage(request);
}
