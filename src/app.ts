import type { FastifyInstance } from 'fastify';
import type { Config } from './config';
import { entities } from './entities';
import { AccountResolver, AccountService, Credentials } from './features/account';
import { CreditResolver, CreditService } from './features/credit';
import { PasswordResolver, PasswordService } from './features/password';
import { Authenticator, SessionRegistry, SessionResolver, SessionService } from './features/session';
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
import { addHealthRoutes } from './rest/health-routes';
import { createHttpServer } from './rest/http-server';
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

  const server = await createHttpServer(config.http, logger, clock);
  addHealthRoutes(server, health);
  await mountGraphQL(server, {
    schema: buildGraphQLSchema({ get: (resolver) => resolvers.get(resolver) }),
    config: config.graphql,
    context: {
      authenticator: new Authenticator(signer, registry),
      delivery: config.refreshToken.delivery,
      allowedOrigins: allowedOrigins(config.http),
    },
    logger,
    clock,
  });

  const close = async (): Promise<void> => {
    health.markStopping();
    await server.close();
    await hasher.close();
    database.close();
    if (!parts.database) await opened.close();
  };
  return { server, database, close };
}
