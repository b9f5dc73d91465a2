import type { Config, TracingConfig } from './config';
import { entities } from './entities';
import type { AccountAdministration } from './features/account';
import { systemClock, type Clock } from './foundation/clock';
import { openPersistedOperations } from './graphql/persisted/persisted-operations';
import { Keys } from './infrastructure/crypto/keys';
import { PasswordHasher } from './infrastructure/crypto/password-hasher';
import { Database } from './infrastructure/database/database';
import { openDatabase, type OpenDatabase } from './infrastructure/database/orm';
import { openReplicas } from './infrastructure/database/replicas';
import type { Housekeeper } from './infrastructure/housekeeping/housekeeper';
import type { MailTransport } from './infrastructure/mail/mail-transport';
import { lookAtMailQueue } from './infrastructure/mail/outbox';
import type { MailWorker } from './infrastructure/mail/mail-worker';
import { createMailTransport } from './infrastructure/mail/transports';
import { openRateLimits } from './infrastructure/rate-limit/open-rate-limits';
import { openTokenKeys, type KeyAdministration, type KeyKeeper } from './infrastructure/signing-keys';
import { Health } from './infrastructure/telemetry/health';
import type { LogSink } from './infrastructure/telemetry/log-sinks/log-sink';
import type { Logger } from './infrastructure/telemetry/logger';
import { Metrics } from './infrastructure/telemetry/metrics';
import { warnOfSettings } from './infrastructure/telemetry/settings-warnings';
import type * as otlp from './infrastructure/telemetry/tracing/otlp-tracer';
import { openSignals } from './live';
import { chooseFamilies, restFamilies, type RestFamily } from './rest';
import type { MetricsSource } from './rest/system/metrics';
import { createServers, type Servers } from './servers';
import { wireServices } from './services';
import { version } from './version';
import { createHousekeeper, createMailWorker } from './workers';

/** What a test replaces; a server runs with the real ones. */
export interface AppParts {
  readonly logger: Logger;
  /** Where its lines go; the metrics tell how many got lost on the way. */
  readonly sinks?: readonly LogSink[];
  readonly clock?: Clock;
  /** An open database, migrated; opened from the configuration otherwise. Whoever passes one closes it. */
  readonly database?: OpenDatabase;
  /** How mails leave; as the configuration says otherwise. */
  readonly mailTransport?: MailTransport;
  /** The REST families there are; REST_FAMILIES chooses among them. */
  readonly families?: readonly RestFamily[];
  /** For one process of several: what all of them counted. Whoever started them has warned of the settings. */
  readonly siblings?: MetricsSource;
}

export interface App extends Servers {
  readonly database: Database;
  /** Sends nothing before it is started. */
  readonly mailWorker: MailWorker;
  /** Removes nothing before it is started. */
  readonly housekeeper: Housekeeper;
  /** Makes no further key before it is started; undefined where no key pair of the gateway's own signs. */
  readonly keyKeeper: KeyKeeper | undefined;
  /** What an operator does to accounts; no protocol leads to it. */
  readonly administration: AccountAdministration;
  /** What an operator does to the keys that sign tokens. */
  readonly keyAdministration: KeyAdministration;
  /** What this process counted. */
  readonly metrics: Metrics;
  /** From here on not ready: clients are sent away with their next answer, and none is cut off. `close` comes after it. */
  readonly drain: () => Promise<void>;
  /** Takes no new requests, finishes those that run within the configured time, then closes everything. */
  readonly close: () => Promise<void>;
}

/** Wires the service together; the only place that knows every class. What fails leaves no database open. */
export async function buildApp(config: Config, parts: AppParts): Promise<App> {
  const { logger } = parts;
  if (!parts.siblings) warnOfSettings(config, logger);
  const stopTracing = config.tracing && startTracing(config.tracing);
  const opened = parts.database ?? (await openDatabase(config.database, config.breaker, entities, logger));
  const metrics = new Metrics(version, parts.sinks);
  const observer = metrics.database;
  const replicas = openReplicas(config.database, { orm: opened.orm, logger, observer });
  const { poolMode } = config.database;
  const database = new Database(opened.orm, config.breaker, logger, poolMode, { observer, replicas });
  if (replicas) metrics.database.watchReplicas(replicas);
  const close = async (): Promise<void> => {
    database.close();
    await replicas?.close();
    if (!parts.database) await opened.close();
    await stopTracing?.();
  };
  try {
    return await assemble(config, parts, { opened, database, metrics, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Store {
  readonly opened: OpenDatabase;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly close: () => Promise<void>;
}

async function assemble(config: Config, parts: AppParts, store: Store): Promise<App> {
  const { logger, clock = systemClock, families = restFamilies } = parts;
  const { opened, database, metrics } = store;
  const persisted = openPersistedOperations(config.graphql.persistedOperations);
  const servedFamilies = chooseFamilies(families, config.rest.families);
  const keys = new Keys(config.keys);
  const keyParts = { database, keys, recentReads: config.sessions, clock, logger };
  const { tokenKeys, keeper, keyAdministration } = openTokenKeys(config.jwt, keyParts);
  await keeper?.prepare();
  const hasher = new PasswordHasher(config.hashing, metrics.hashing);
  metrics.database.watch(database);
  metrics.hashing.watch(hasher);
  metrics.mail.watch(() => lookAtMailQueue(database, clock));
  const identity = { name: config.serviceName, version, databaseKind: config.database.kind };
  const surfaces = families.map(({ surface }) => surface);
  const onRefusal = metrics.countRefusal.bind(metrics);
  const limits = openRateLimits(config, surfaces, { database, clock, logger, onRefusal });
  const health = new Health(identity, database, hasher, clock, limits.redisOutage);
  const outage = await limits.redisOutage?.();
  if (outage) logger.warn(outage, 'redis_not_answering');
  const live = openSignals(config, opened, database, logger);
  const { signals } = live;
  const services = wireServices(config, {
    ...{ database, hasher, ...limits, metrics, signals, logger, clock, keys, tokenKeys },
  });
  const transport = parts.mailTransport ?? createMailTransport(config.mail.transport);
  const mailParts = { transport, logger, clock, observer: metrics.mail, allowance: limits.mailAllowance };
  const mailWorker = await createMailWorker(config, services, mailParts, database);
  const housekeeper = createHousekeeper(config, services, { database, clock, logger, metrics });
  const { server, metricsServer } = await createServers(config, {
    ...{ services, servedFamilies, health, metrics, limiter: limits.limiter, transport, logger, clock },
    ...{ signals, database, persisted },
    metricsSource: parts.siblings ?? metrics,
  });

  const drain = async (): Promise<void> => {
    health.markStopping();
    const delayMs = config.http.shutdownDelaySeconds * 1000;
    await Promise.all([server.drain(delayMs), metricsServer?.drain(delayMs)]);
  };
  const close = async (): Promise<void> => {
    health.markStopping();
    services.revocationFeed.close();
    await Promise.all([server.close(), metricsServer?.close()]);
    await housekeeper.stop();
    await keeper?.stop();
    await mailWorker.stop();
    await hasher.close();
    limits.close();
    await live.close();
    await store.close();
  };
  const { administration } = services;
  return {
    ...{ server, metricsServer, database, mailWorker, housekeeper, keyKeeper: keeper },
    ...{ administration, keyAdministration, metrics, drain, close },
  };
}

/** OpenTelemetry costs a tenth of a second and some megabytes, which nobody pays who has no collector. */
function startTracing(tracing: TracingConfig): () => Promise<void> {
  const loaded = require('./infrastructure/telemetry/tracing/otlp-tracer') as typeof otlp;
  return loaded.startTracing(tracing, version);
}
