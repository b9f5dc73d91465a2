import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GraphqlConfig } from '../config';
import type { Clock } from '../foundation/clock';
import { GRAPHQL_PATH } from '../foundation/paths';
import type { Logger } from '../infrastructure/telemetry/logger';
import { GraphQLContext, type ContextSettings, type HttpExchange } from './context';
import { createFormatError } from './format-error';
import { operationLogging, retryAfterHeader } from './plugins';
import { queryLimits } from './query-limits';
import { SANDBOX_POLICY } from './sandbox-policy';

export interface GraphQLServerOptions {
  readonly schema: GraphQLSchema;
  readonly config: GraphqlConfig;
  readonly context: ContextSettings;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Apollo Server on `/graphql` of the given Fastify instance; it drains when Fastify closes. */
export async function mountGraphQL(fastify: FastifyInstance, options: GraphQLServerOptions): Promise<void> {
  const { config } = options;
  const limits = queryLimits(config);
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
    formatError: createFormatError(options.logger, options.clock),
    logger: options.logger,
    stopOnTerminationSignals: false,
    plugins: [
      limits.plugin,
      // It times every field for answers that shared caches keep; ours are one person's.
      ApolloServerPluginCacheControlDisabled(),
      fastifyApolloDrainPlugin(fastify),
      config.introspection
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false })
        : ApolloServerPluginLandingPageDisabled(),
      operationLogging(options.logger),
      retryAfterHeader(),
    ],
  });
  await apollo.start();

  const handler = fastifyApolloHandler(apollo, {
    context: (request, reply) =>
      Promise.resolve(new GraphQLContext(request.caller, httpExchange(request, reply), options.context)),
  });
  fastify.route({
    url: GRAPHQL_PATH,
    method: ['GET', 'POST'],
    onRequest: (request, reply, done) => {
      void reply.header('cache-control', 'no-store');
      if (config.introspection && request.method === 'GET') {
        void reply.header('content-security-policy', SANDBOX_POLICY);
      }
      done();
    },
    handler,
  });
}

function httpExchange(request: FastifyRequest, reply: FastifyReply): HttpExchange {
  const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
  return {
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    cookie: (name) => request.cookies[name],
    setCookie: (name, value, maxAgeSeconds) =>
      void reply.setCookie(name, value, { ...attributes, maxAge: maxAgeSeconds }),
    clearCookie: (name) => void reply.clearCookie(name, attributes),
  };
}
