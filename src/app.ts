import type { FastifyInstance } from 'fastify';
import type { Config } from './config';
import { entities } from './entities';
import { AccountResolver, AccountService, Credentials } from './features/account';
import { CreditResolver, CreditService } from './features/credit';
import { PasswordResolver, PasswordService } from './features/password';
import { Authenticator, Renewal, SessionRegistry, SessionResolver, SessionService } from './features/session';
import { systemClock, type Clock } from './foundation/clock';
import { allowedOrigins } from './graphql/context';
import { buildGraphQLSchema } from './graphql/schema';
import { mountGraphQL } from './graphql/server';
import { SystemResolver } from './graphql/system.resolver';
import { PasswordHasher } from './infrastructure/crypto/password-hasher';
import { TokenSigner } from './infrastructure/crypto/token-signer';
import { Database } from './infrastructure/database/database';
import { openDatabase, type OpenDatabase } from './infrastructure/database/orm';
import { Health } from './infrastructure/telemetry/health';
import type { Logger } from './infrastructure/telemetry/logger';
import { Metrics } from './infrastructure/telemetry/metrics';
import { mountRest, type RestServices } from './rest';
import type { OperationGroup } from './rest/operation';
import { AccessCookie, RestAuthentication } from './rest/authentication';
import { createHttpServer } from './rest/http-server';
import { addRequestMetrics } from './rest/request-metrics';
import { systemOperations } from './rest/system/operations';
import { version } from './version';

/** What a test replaces; a server runs with the real ones. */
export interface AppParts {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** An open database, migrated; opened from the configuration otherwise. Whoever passes one closes it. */
  readonly database?: OpenDatabase;
}

export interface App {
  readonly server: FastifyInstance;
  readonly database: Database;
  /** Takes no new requests, finishes those that run within the configured time, then closes everything. */
  readonly close: () => Promise<void>;
}

/** Wires the service together; the only place that knows every class. */
export async function buildApp(config: Config, parts: AppParts): Promise<App> {
  const { logger, clock = systemClock } = parts;
  if (config.isProduction && config.database.kind === 'embedded') {
    logger.warn({ data_dir: config.dataDir }, 'embedded_database_in_production');
  }
  if (config.isProduction && config.credits.addPolicy === 'self') {
    logger.warn({ variable: 'CREDITS_ADD_POLICY' }, 'everybody_may_add_credits_in_production');
  }
  const opened = parts.database ?? (await openDatabase(config.database, config.breaker, entities, logger));
  const database = new Database(opened.orm, config.breaker, logger);
  const hasher = new PasswordHasher(config.hashing);
  const health = new Health(
    { name: config.serviceName, version, databaseKind: config.database.kind },
    database,
    hasher,
    clock,
  );

  const signer = new TokenSigner(config.jwt, clock);
  const credentials = new Credentials(database, hasher, logger);
  const registry = new SessionRegistry(database, config.sessions, clock);
  const sessions = new SessionService(
    database,
    credentials,
    registry,
    signer,
    config.refreshToken,
    config.sessions,
    clock,
    logger,
  );
  const accounts = new AccountService(database, hasher, credentials, sessions, config.password, clock);
  const passwords = new PasswordService(database, hasher, credentials, sessions, config.password, clock);
  const credits = new CreditService(database, config.credits, clock);

  const resolvers = new Map<unknown, object>([
    [AccountResolver, new AccountResolver(accounts)],
    [SessionResolver, new SessionResolver(sessions)],
    [PasswordResolver, new PasswordResolver(passwords)],
    [CreditResolver, new CreditResolver(credits)],
    [SystemResolver, new SystemResolver(health)],
  ]);

  const metrics = new Metrics();
  metrics.countOutcomes('register', accounts, 'register');
  metrics.countOutcomes('login', sessions, 'login');

  const authenticator = new Authenticator(signer, registry);
  const renewal = new Renewal(authenticator, sessions);
  const server = await createHttpServer(config.http, logger, clock);
  addRequestMetrics(server, metrics);
  const system = systemOperations(health, metrics);
  await mountFaces(
    server,
    { config, logger, clock, resolvers, authenticator, system },
    { accounts, sessions, passwords, renewal, credits },
  );

  const close = async (): Promise<void> => {
    health.markStopping();
    await server.close();
    await hasher.close();
    database.close();
    if (!parts.database) await opened.close();
  };
  return { server, database, close };
}

interface FaceParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly resolvers: ReadonlyMap<unknown, object>;
  readonly authenticator: Authenticator;
  readonly system: OperationGroup;
}

/** The two faces of the same services. */
async function mountFaces(
  server: FastifyInstance,
  { config, logger, clock, resolvers, authenticator, system }: FaceParts,
  services: Omit<RestServices, 'accessCookie'>,
): Promise<void> {
  const { http, rest } = config;
  const origins = allowedOrigins(http);
  await mountRest(server, {
    families: rest.families,
    services: { ...services, accessCookie: new AccessCookie(http.publicUrl) },
    system,
    authentication: new RestAuthentication(authenticator, origins),
    info: { version },
  });
  await mountGraphQL(server, {
    schema: buildGraphQLSchema({ get: (resolver) => resolvers.get(resolver) }),
    config: config.graphql,
    context: { authenticator, delivery: config.refreshToken.delivery, allowedOrigins: origins },
    logger,
    clock,
  });
}
