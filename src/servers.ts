import type { FastifyInstance } from 'fastify';
import type { Config } from './config';
import { AccountResolver } from './features/account';
import { CreditEventsResolver, CreditResolver } from './features/credit';
import { PasswordResolver } from './features/password';
import { SessionEventsResolver, SessionResolver } from './features/sign-in';
import { OAuthClients } from './features/tokens';
import { VerificationResolver } from './features/verification';
import type { Clock } from './foundation/clock';
import { NodeResolver } from './graphql/node.resolver';
import { subgraphOptions } from './graphql/federation/subgraph-options';
import type { PersistedOperations } from './graphql/persisted/persisted-operations';
import { buildGraphQLSchema } from './graphql/schema';
import { mountGraphQL, type GraphQLServerOptions } from './graphql/server';
import { SystemResolver } from './graphql/system.resolver';
import { createHttpServer } from './http/http-server';
import { metricsAccess } from './http/operator-access';
import { allowedOrigins } from './http/origins';
import { addRequestMetrics } from './http/request-metrics';
import type { Database } from './infrastructure/database/database';
import type { MailTransport } from './infrastructure/mail/mail-transport';
import type { RateLimiter } from './infrastructure/rate-limit/rate-limiter';
import type { Health } from './infrastructure/telemetry/health';
import type { Logger } from './infrastructure/telemetry/logger';
import type { Metrics } from './infrastructure/telemetry/metrics';
import { openLive, type LiveOptions } from './live';
import { mountPages } from './pages';
import { mountRest, type RestFamily } from './rest';
import { AccessCookie, RestAuthentication } from './rest/authentication';
import { metricsOperation, mountMetrics, type MetricsSource } from './rest/system/metrics';
import { systemOperations } from './rest/system/operations';
import { tokenGroups } from './rest/tokens/groups';
import type { Services } from './services';
import { version } from './version';

export interface ServerParts {
  readonly services: Services;
  readonly servedFamilies: readonly RestFamily[];
  readonly health: Health;
  readonly metrics: Metrics;
  /** What `/metrics` shows: of this process, or of all that serve together. */
  readonly metricsSource: MetricsSource;
  readonly limiter: RateLimiter;
  readonly signals: LiveOptions['signals'];
  readonly database: Database;
  readonly persisted: PersistedOperations;
  readonly transport: MailTransport;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface Servers {
  readonly server: FastifyInstance;
  /** Serves `/metrics` alone, where METRICS_PORT asks for it. */
  readonly metricsServer: FastifyInstance | undefined;
}

/** Every face, on the server they share; the metrics apart where they have a port of their own. */
export async function createServers(
  config: Config,
  {
    services,
    servedFamilies,
    health,
    metrics,
    metricsSource,
    limiter,
    signals,
    database,
    persisted,
    transport,
    logger,
    clock,
  }: ServerParts,
): Promise<Servers> {
  const origins = allowedOrigins(config.http, config.servesDevelopers);
  const cookies = { ...config.refreshToken, allowedOrigins: origins };
  const server = await createHttpServer(config.http, cookies, logger, clock);
  addRequestMetrics(server, metrics);
  const access = {
    authentication: new RestAuthentication(services.authenticator, origins),
    limiter,
    clients: new OAuthClients(config.oauth.clients),
  };
  const checkAccess = metricsAccess(config.metrics, !config.servesDevelopers);
  const metricsText = metricsOperation(metricsSource, checkAccess);
  const metricsServer =
    config.metrics.port === undefined
      ? undefined
      : await createHttpServer(config.http, cookies, logger, clock);
  if (metricsServer) await mountMetrics(metricsServer, metricsText, access);
  const pages = await mountPages(server, config, transport, { ...services, limiter, logger });
  await mountRest(server, {
    families: servedFamilies,
    services: { ...services, accessCookie: new AccessCookie(config.http.publicUrl) },
    tokens: tokenGroups(services, config),
    system: systemOperations(health, pages.home, metricsServer ? undefined : metricsText),
    access,
    info: { version },
  });
  await mountGraph(server, config, {
    ...{ services, health, signals, database, persisted, limiter, logger, metrics, clock },
    allowedOrigins: origins,
    ideOff: pages.ideOff,
  });
  return { server, metricsServer };
}

type GraphParts = Omit<LiveOptions, 'schema'> &
  Pick<GraphQLServerOptions, 'ideOff' | 'metrics'> & { readonly services: Services; readonly health: Health };

/** GraphQL with all that comes on its path. */
async function mountGraph(server: FastifyInstance, config: Config, parts: GraphParts): Promise<void> {
  const { services, health, limiter } = parts;
  const resolvers = resolversOf(services, health);
  const schema = buildGraphQLSchema(resolvers, limiter, subgraphOptions(config.graphql, services));
  await mountGraphQL(server, {
    ...parts,
    schema,
    config: config.graphql,
    authenticator: services.authenticator,
    live: openLive(server, config, { ...parts, schema }),
  });
}

/** Where TypeGraphQL looks its resolvers up. */
function resolversOf(services: Services, health: Health): { get: (resolver: unknown) => object | undefined } {
  const resolvers = new Map<unknown, object>([
    [AccountResolver, new AccountResolver(services.accounts)],
    [SessionResolver, new SessionResolver(services.sessions)],
    [VerificationResolver, new VerificationResolver(services.verifications, services.emailChanges)],
    [PasswordResolver, new PasswordResolver(services.passwords, services.resets)],
    [CreditResolver, new CreditResolver(services.credits)],
    [SessionEventsResolver, new SessionEventsResolver()],
    [CreditEventsResolver, new CreditEventsResolver()],
    [NodeResolver, new NodeResolver(services)],
    [SystemResolver, new SystemResolver(health)],
  ]);
  return { get: (resolver) => resolvers.get(resolver) };
}
