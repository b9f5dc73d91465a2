import type { FastifyInstance } from 'fastify';
import type { Config } from './config';
import { entities } from './entities';
import { AccountResolver, type AccountAdministration } from './features/account';
import { CreditResolver } from './features/credit';
import { PasswordResolver } from './features/password';
import { SessionResolver } from './features/sign-in';
import { VerificationResolver } from './features/verification';
import { systemClock, type Clock } from './foundation/clock';
import { NodeResolver } from './graphql/node.resolver';
import { buildGraphQLSchema } from './graphql/schema';
import { mountGraphQL } from './graphql/server';
import { SystemResolver } from './graphql/system.resolver';
import { createHttpServer } from './http/http-server';
import { metricsAccess } from './http/operator-access';
import { allowedOrigins } from './http/origins';
import { addRequestMetrics } from './http/request-metrics';
import { PasswordHasher } from './infrastructure/crypto/password-hasher';
import { Database } from './infrastructure/database/database';
import { openDatabase, type OpenDatabase } from './infrastructure/database/orm';
import type { Housekeeper } from './infrastructure/housekeeping/housekeeper';
import type { MailTransport } from './infrastructure/mail/mail-transport';
import type { MailWorker } from './infrastructure/mail/mail-worker';
import { createMailTransport } from './infrastructure/mail/transports';
import { openRateLimits } from './infrastructure/rate-limit/open-rate-limits';
import { Health } from './infrastructure/telemetry/health';
import type { Logger } from './infrastructure/telemetry/logger';
import { Metrics } from './infrastructure/telemetry/metrics';
import { warnOfSettings } from './infrastructure/telemetry/settings-warnings';
import { mountPages } from './pages';
import { chooseFamilies, mountRest, restFamilies, type RestFamily } from './rest';
import { AccessCookie, RestAuthentication } from './rest/authentication';
import { metricsOperation, mountMetrics } from './rest/system/metrics';
import { systemOperations } from './rest/system/operations';
import { wireServices, type Services } from './services';
import { version } from './version';
import { createHousekeeper, createMailWorker } from './workers';

/** What a test replaces; a server runs with the real ones. */
export interface AppParts {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** An open database, migrated; opened from the configuration otherwise. Whoever passes one closes it. */
  readonly database?: OpenDatabase;
  /** How mails leave; as the configuration says otherwise. */
  readonly mailTransport?: MailTransport;
  /** The REST families there are; REST_FAMILIES chooses among them. */
  readonly families?: readonly RestFamily[];
}

export interface App {
  readonly server: FastifyInstance;
  /** Serves `/metrics` alone, where METRICS_PORT asks for it. */
  readonly metricsServer: FastifyInstance | undefined;
  readonly database: Database;
  /** Sends nothing before it is started. */
  readonly mailWorker: MailWorker;
  /** Removes nothing before it is started. */
  readonly housekeeper: Housekeeper;
  /** What an operator does to accounts; no protocol leads to it. */
  readonly administration: AccountAdministration;
  /** Takes no new requests, finishes those that run within the configured time, then closes everything. */
  readonly close: () => Promise<void>;
}

/** Wires the service together; the only place that knows every class. */
export async function buildApp(config: Config, parts: AppParts): Promise<App> {
  const { logger, clock = systemClock, families = restFamilies } = parts;
  const servedFamilies = chooseFamilies(families, config.rest.families);
  warnOfSettings(config, logger);
  const opened = parts.database ?? (await openDatabase(config.database, config.breaker, entities, logger));
  const database = new Database(opened.orm, config.breaker, logger);
  const hasher = new PasswordHasher(config.hashing);
  const identity = { name: config.serviceName, version, databaseKind: config.database.kind };
  const surfaces = families.map(({ surface }) => surface);
  const limits = openRateLimits(config, surfaces, database, clock, logger);
  const health = new Health(identity, database, hasher, clock, limits.redisOutage);
  const outage = await limits.redisOutage?.();
  if (outage) logger.warn(outage, 'redis_not_answering');
  const metrics = new Metrics();
  const services = wireServices(config, { database, hasher, ...limits, metrics, logger, clock });
  const transport = parts.mailTransport ?? createMailTransport(config.mail.transport);
  const mailParts = { transport, logger, clock, allowance: limits.mailAllowance };
  const mailWorker = await createMailWorker(config, services, mailParts, database);
  const housekeeper = createHousekeeper(services, logger);

  const origins = allowedOrigins(config.http, config.servesDevelopers);
  const cookies = { ...config.refreshToken, allowedOrigins: origins };
  const server = await createHttpServer(config.http, cookies, logger, clock);
  addRequestMetrics(server, metrics);
  const { limiter } = limits;
  const access = { authentication: new RestAuthentication(services.authenticator, origins), limiter };
  const metricsText = metricsOperation(metrics, metricsAccess(config.metrics, !config.servesDevelopers));
  const metricsServer =
    config.metrics.port === undefined
      ? undefined
      : await createHttpServer(config.http, cookies, logger, clock);
  if (metricsServer) await mountMetrics(metricsServer, metricsText, access);
  const pages = await mountPages(server, config, transport, { ...services, limiter, logger });
  await mountRest(server, {
    families: servedFamilies,
    services: { ...services, accessCookie: new AccessCookie(config.http.publicUrl) },
    system: systemOperations(health, pages.home, metricsServer ? undefined : metricsText),
    access,
    info: { version },
  });
  await mountGraphQL(server, {
    schema: buildGraphQLSchema(resolversOf(services, health), limiter),
    config: config.graphql,
    authenticator: services.authenticator,
    limiter: limits.limiter,
    logger,
    clock,
    ideOff: pages.ideOff,
  });

  const close = async (): Promise<void> => {
    health.markStopping();
    await Promise.all([server.close(), metricsServer?.close()]);
    await housekeeper.stop();
    await mailWorker.stop();
    await hasher.close();
    limits.close();
    database.close();
    if (!parts.database) await opened.close();
  };
  const { administration } = services;
  return { server, metricsServer, database, mailWorker, housekeeper, administration, close };
}

/** Where TypeGraphQL looks its resolvers up. */
function resolversOf(services: Services, health: Health): { get: (resolver: unknown) => object | undefined } {
  const resolvers = new Map<unknown, object>([
    [AccountResolver, new AccountResolver(services.accounts)],
    [SessionResolver, new SessionResolver(services.sessions)],
    [VerificationResolver, new VerificationResolver(services.verifications, services.emailChanges)],
    [PasswordResolver, new PasswordResolver(services.passwords, services.resets)],
    [CreditResolver, new CreditResolver(services.credits)],
    [NodeResolver, new NodeResolver(services)],
    [SystemResolver, new SystemResolver(health)],
  ]);
  return { get: (resolver) => resolvers.get(resolver) };
}
