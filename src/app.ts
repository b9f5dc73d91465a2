import type { FastifyInstance } from 'fastify';
import type { Config } from './config';
import { entities } from './entities';
import {
  AccountMails,
  AccountResolver,
  AccountService,
  Credentials,
  findUsersById,
  OneTimeTokens,
} from './features/account';
import { CreditResolver, CreditService } from './features/credit';
import { PasswordResetService, PasswordResolver, PasswordService } from './features/password';
import {
  Authenticator,
  RecentAddresses,
  Renewal,
  SessionRegistry,
  SessionResolver,
  SessionService,
} from './features/session';
import { EmailChangeService, VerificationResolver, VerificationService } from './features/verification';
import { systemClock, type Clock } from './foundation/clock';
import { Links } from './foundation/links';
import { allowedOrigins } from './graphql/context';
import { buildGraphQLSchema } from './graphql/schema';
import { mountGraphQL } from './graphql/server';
import { SystemResolver } from './graphql/system.resolver';
import { DeviceNotes } from './infrastructure/crypto/device-notes';
import { OneTimeSecrets } from './infrastructure/crypto/one-time-secrets';
import { PasswordHasher } from './infrastructure/crypto/password-hasher';
import { TokenSigner } from './infrastructure/crypto/token-signer';
import { Database } from './infrastructure/database/database';
import { MailOutbox } from './infrastructure/database/mail-outbox';
import { openDatabase, type OpenDatabase } from './infrastructure/database/orm';
import { RecentReads } from './infrastructure/database/recent-reads';
import type { MailTransport } from './infrastructure/mail/mail-transport';
import { MailTemplates } from './infrastructure/mail/mail-templates';
import { MailWorker } from './infrastructure/mail/mail-worker';
import { createMailTransport, FolderTransport } from './infrastructure/mail/transports';
import type { LoginGuard } from './infrastructure/rate-limit/login-guard';
import type { RateLimiter } from './infrastructure/rate-limit/rate-limiter';
import { openRateLimits } from './infrastructure/rate-limit/open-rate-limits';
import { Health } from './infrastructure/telemetry/health';
import type { Logger } from './infrastructure/telemetry/logger';
import { Metrics } from './infrastructure/telemetry/metrics';
import { warnOfSettings } from './infrastructure/telemetry/settings-warnings';
import { mountRest } from './rest';
import { AccessCookie, RestAuthentication } from './rest/authentication';
import { createHttpServer } from './rest/http-server';
import { addDevMailbox, addHostedPages, PageRenderer } from './rest/pages';
import { addRequestMetrics } from './rest/request-metrics';
import { systemOperations } from './rest/system/operations';
import { version } from './version';

/** What a test replaces; a server runs with the real ones. */
export interface AppParts {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** An open database, migrated; opened from the configuration otherwise. Whoever passes one closes it. */
  readonly database?: OpenDatabase;
  /** How mails leave; as the configuration says otherwise. */
  readonly mailTransport?: MailTransport;
}

export interface App {
  readonly server: FastifyInstance;
  readonly database: Database;
  /** Sends nothing before it is started. */
  readonly mailWorker: MailWorker;
  /** Takes no new requests, finishes those that run within the configured time, then closes everything. */
  readonly close: () => Promise<void>;
}

/** Wires the service together; the only place that knows every class. */
export async function buildApp(config: Config, parts: AppParts): Promise<App> {
  const { logger, clock = systemClock } = parts;
  warnOfSettings(config, logger);
  const opened = parts.database ?? (await openDatabase(config.database, config.breaker, entities, logger));
  const database = new Database(opened.orm, config.breaker, logger);
  const hasher = new PasswordHasher(config.hashing);
  const identity = { name: config.serviceName, version, databaseKind: config.database.kind };
  const health = new Health(identity, database, hasher, clock);
  const limits = openRateLimits(config, database, clock, logger);
  const services = wireServices(config, { database, hasher, ...limits, logger, clock });
  const transport = parts.mailTransport ?? createMailTransport(config.mail.transport);
  const mailWorker = await createMailWorker(config, parts, services, transport);

  const resolvers = new Map<unknown, object>([
    [AccountResolver, new AccountResolver(services.accounts)],
    [SessionResolver, new SessionResolver(services.sessions)],
    [VerificationResolver, new VerificationResolver(services.verifications, services.emailChanges)],
    [PasswordResolver, new PasswordResolver(services.passwords, services.resets)],
    [CreditResolver, new CreditResolver(services.credits)],
    [SystemResolver, new SystemResolver(health)],
  ]);

  const metrics = new Metrics();
  countOutcomes(metrics, services);

  const server = await createHttpServer(config.http, logger, clock);
  addRequestMetrics(server, metrics);
  const origins = allowedOrigins(config.http);
  await mountRest(server, {
    families: config.rest.families,
    services: { ...services, accessCookie: new AccessCookie(config.http.publicUrl) },
    system: systemOperations(health, metrics),
    access: {
      authentication: new RestAuthentication(services.authenticator, origins),
      limiter: limits.limiter,
    },
    info: { version },
  });
  await addPages(server, config, services, transport, limits.limiter);
  await mountGraphQL(server, {
    schema: buildGraphQLSchema({ get: (resolver) => resolvers.get(resolver) }, limits.limiter),
    config: config.graphql,
    context: {
      authenticator: services.authenticator,
      delivery: config.refreshToken.delivery,
      allowedOrigins: origins,
    },
    logger,
    clock,
  });

  const close = async (): Promise<void> => {
    health.markStopping();
    await server.close();
    await mailWorker.stop();
    await hasher.close();
    limits.close();
    database.close();
    if (!parts.database) await opened.close();
  };
  return { server, database, mailWorker, close };
}

interface Platform {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly guard: LoginGuard;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  readonly clock: Clock;
}

type Services = ReturnType<typeof wireServices>;

/** The use cases, which every protocol shares. */
function wireServices(config: Config, { database, hasher, guard, limiter, logger, clock }: Platform) {
  const { password: rule, verification } = config;
  const signer = new TokenSigner(config.jwt, clock);
  const devices = new DeviceNotes(config.jwt.secret);
  const addresses = new RecentAddresses(database, clock);
  const credentials = new Credentials(database, hasher, guard, devices, addresses, logger);
  const users = new RecentReads(database, config.sessions, findUsersById);
  const sessions = new SessionService(
    database,
    credentials,
    users,
    signer,
    config.refreshToken,
    config.sessions,
    clock,
    logger,
  );
  const outbox = new MailOutbox(database, clock);
  const mails = new AccountMails(outbox);
  const proofs = {
    tokens: new OneTimeTokens(new OneTimeSecrets(config.jwt), clock),
    mails,
    links: new Links(config.pages.baseUrl, config.http.publicUrl),
    config: verification,
  };
  const registry = new SessionRegistry(database, users, config.sessions, clock);
  const authenticator = new Authenticator(signer, registry);
  return {
    outbox,
    sessions,
    authenticator,
    renewal: new Renewal(authenticator, sessions),
    credits: new CreditService(database, config.credits, clock),
    accounts: new AccountService(
      database,
      users,
      hasher,
      credentials,
      sessions,
      mails,
      rule,
      verification,
      clock,
    ),
    passwords: new PasswordService(database, hasher, credentials, sessions, mails, rule, clock),
    verifications: new VerificationService(database, proofs, limiter, clock),
    emailChanges: new EmailChangeService(database, credentials, proofs, clock),
    resets: new PasswordResetService(database, hasher, sessions, proofs, rule, clock),
  };
}

function countOutcomes(metrics: Metrics, services: Services): void {
  metrics.countOutcomes('register', services.accounts, 'register');
  metrics.countOutcomes('login', services.sessions, 'login');
  metrics.countOutcomes('verify_email', services.verifications, 'verify');
  metrics.countOutcomes('reset_password', services.resets, 'reset');
}

/** Pages for people: those that the links in mails lead to, and for developers the mails themselves. */
async function addPages(
  server: FastifyInstance,
  config: Config,
  services: Services,
  transport: MailTransport,
  limiter: RateLimiter,
): Promise<void> {
  const pages = new PageRenderer(config.serviceName);
  const { resets, verifications, emailChanges } = services;
  const publicUrl = config.http.publicUrl;
  const options = { resets, verifications, emailChanges, passwordRule: config.password, publicUrl, limiter };
  await addHostedPages(server, { pages, config: config.pages, ...options });
  if (!config.isProduction && transport instanceof FolderTransport) addDevMailbox(server, transport, pages);
}

async function createMailWorker(
  config: Config,
  parts: AppParts,
  services: Services,
  transport: MailTransport,
): Promise<MailWorker> {
  const { logger, clock = systemClock } = parts;
  if (config.isProduction && config.mail.transport.kind === 'outbox') {
    logger.warn({ directory: config.mail.transport.directory }, 'mails_are_only_written_to_files');
  }
  const templates = new MailTemplates(config.serviceName, config.mail.templatesDir);
  await templates.rehearse();
  return new MailWorker({
    outbox: services.outbox,
    templates,
    transport,
    preparers: {
      verification_code: (payload) => services.verifications.prepareCode(payload),
      password_reset: (payload, queuedAt) => services.resets.prepareLink(payload, queuedAt),
      email_change: (payload) => services.emailChanges.prepareLink(payload),
    },
    config: config.mail,
    clock,
    logger,
  });
}
