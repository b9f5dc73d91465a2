import { availableParallelism } from 'node:os';
import type { BreakerConfig, Config, HashingConfig, PasswordConfig } from './config';
import { ConfigurationError } from './configuration-error';
import { databaseTarget } from './database-target';
import { resolveDevelopmentSecret } from './development-secret';
import { graphqlConfig } from './graphql-config';
import type { HttpConfig, TlsConfig } from './http-config';
import type {
  HousekeepingConfig,
  LogFileConfig,
  LoggingConfig,
  LogstashConfig,
  TracingConfig,
} from './operations-config';
import { mailConfig, verificationConfig } from './mail-config';
import { readVariables } from './read-variables';
import { rateLimitConfig } from './rate-limits';
import { crossProblems, isExposedUnnamed } from './rules';
import { jwtConfig, keysConfig, oauthConfig } from './token-config';
import { needsSecret } from './token-rules';
import { unknownVariables } from './unknown-variables';
import type { Values } from './variables';

/**
 * Makes the Config of an environment; `developmentSecret` is asked for a signing key when a valid environment outside
 * production names none, and is all that touches the disk.
 *
 * @param isTerminal whether a person reads the log as it is written
 *
 * Throws ConfigurationError with every problem at once, and without any value.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv,
  developmentSecret: (dataDir: string) => string = resolveDevelopmentSecret,
  isTerminal = false,
): Config {
  const reading = readVariables(env);
  const problems = [...reading.problems, ...crossProblems(reading)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { values } = reading;
  const secret = needsSecret(reading) ? developmentSecret(values.DATA_DIR) : values.JWT_SECRET_KEY;
  return {
    ...assemble(values, secret, isExposedUnnamed(reading)),
    logging: loggingConfig(values, isTerminal),
    unknownVariables: unknownVariables(env),
  };
}

function assemble(
  values: Values,
  jwtSecret: string | undefined,
  isExposed: boolean,
): Omit<Config, 'logging' | 'unknownVariables'> {
  const isProduction = values.NODE_ENV === 'production';
  const servesDevelopers = !isProduction && !isExposed;
  const http = httpConfig(values);
  const { publicUrl } = http;
  return {
    environment: values.NODE_ENV,
    isProduction,
    isExposedUnnamed: isExposed,
    servesDevelopers,
    serviceName: values.SERVICE_NAME,
    dataDir: values.DATA_DIR,
    workers: values.WORKERS,
    http,
    database: {
      ...databaseTarget(values),
      poolMode: values.DB_POOL_MODE,
      migrateOnStart: values.MIGRATE_ON_START,
      waitSeconds: values.DB_WAIT_SECONDS,
      lockTimeoutMs: values.DB_LOCK_TIMEOUT_MS,
      logSql: values.DEBUG,
    },
    breaker: breakerConfig(values),
    jwt: jwtConfig(values, jwtSecret, publicUrl),
    keys: keysConfig(values, jwtSecret),
    oauth: oauthConfig(values),
    refreshToken: {
      delivery: values.REFRESH_TOKEN_DELIVERY,
      sameSite: values.REFRESH_COOKIE_SAMESITE,
      reuseGraceSeconds: values.REFRESH_REUSE_GRACE_SECONDS,
    },
    password: passwordConfig(values),
    hashing: hashingConfig(values),
    sessions: {
      idleSeconds: values.SESSION_IDLE_DAYS,
      maxSeconds: values.SESSION_MAX_DAYS,
      maxPerUser: values.MAX_SESSIONS_PER_USER,
      maxListed: values.MAX_SESSIONS_LISTED,
      checkMaxAgeMs: values.SESSION_CHECK_MAX_AGE_MS,
      cacheSize: values.SESSION_CACHE_SIZE,
    },
    credits: { addPolicy: values.CREDITS_ADD_POLICY ?? (isProduction ? 'admin' : 'self') },
    verification: verificationConfig(values),
    pages: { baseUrl: values.FRONTEND_URL ?? publicUrl, hosted: values.FRONTEND_URL === undefined },
    mail: mailConfig(values),
    graphql: graphqlConfig(values, servesDevelopers),
    rest: { families: values.REST_FAMILIES },
    metrics: { token: values.METRICS_TOKEN, port: values.METRICS_PORT },
    rateLimit: rateLimitConfig(values),
    housekeeping: housekeepingConfig(values),
    tracing: tracingConfig(values),
  };
}

function housekeepingConfig(values: Values): HousekeepingConfig {
  return {
    intervalSeconds: values.HOUSEKEEPING_INTERVAL_MINUTES,
    batchSize: values.HOUSEKEEPING_BATCH_SIZE,
    maxBatches: values.HOUSEKEEPING_MAX_BATCHES,
    sessionRetentionSeconds: values.SESSION_RETENTION_DAYS,
    proofRetentionSeconds: values.ONE_TIME_TOKEN_RETENTION_DAYS,
    mailSentRetentionSeconds: values.MAIL_SENT_RETENTION_DAYS,
    mailFailedRetentionSeconds: values.MAIL_FAILED_RETENTION_DAYS,
  };
}

function tracingConfig(values: Values): TracingConfig | undefined {
  const endpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: values.OTEL_SERVICE_NAME ?? values.SERVICE_NAME,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  };
}

function loggingConfig(values: Values, isTerminal: boolean): LoggingConfig {
  const isForPeople = isTerminal && values.NODE_ENV !== 'production';
  return {
    level: values.DEBUG ? 'debug' : values.LOG_LEVEL,
    format: values.LOG_FORMAT ?? (isForPeople ? 'text' : 'json'),
    file: logFileConfig(values),
    logstash: logstashConfig(values),
    sentry: values.SENTRY_DSN,
    environment: values.NODE_ENV,
    bufferBytes: values.LOG_BUFFER_BYTES,
  };
}

/** Read by programs unless text is asked for: that the console is a terminal says nothing of the file. */
function logFileConfig(values: Values): LogFileConfig | undefined {
  if (values.LOG_FILE === '') return undefined;
  return {
    path: values.LOG_FILE,
    format: values.LOG_FORMAT ?? 'json',
    maxBytes: values.LOG_FILE_MAX_BYTES,
    retentionSeconds: values.LOG_RETENTION,
  };
}

function logstashConfig({ ENABLE_LOGSTASH, SYSLOG_HOST, SYSLOG_PORT }: Values): LogstashConfig | undefined {
  // Without a host it was refused before.
  return ENABLE_LOGSTASH && SYSLOG_HOST !== undefined ? { host: SYSLOG_HOST, port: SYSLOG_PORT } : undefined;
}

function passwordConfig(values: Values): PasswordConfig {
  return {
    minLength: values.PASSWORD_MIN_LENGTH,
    requireUppercase: values.PASSWORD_REQUIRE_UPPERCASE,
    requireNumbers: values.PASSWORD_REQUIRE_NUMBERS,
    requireSpecialCharacters: values.PASSWORD_REQUIRE_SPECIAL_CHARS,
    isEverywhere: values.PASSWORD_POLICY_EVERYWHERE,
  };
}

/** So many a browser with a few tabs may need at once; a queue that is hardly longer is not worth dividing. */
const MIN_PLACES_PER_OWNER = 10;

function hashingConfig(values: Values): HashingConfig {
  // One core stays free for the requests that hash nothing; the processes share the others.
  const shared = Math.floor((availableParallelism() - 1) / values.WORKERS);
  const concurrency = values.HASH_CONCURRENCY ?? Math.max(1, shared);
  const queueLimit = values.HASH_QUEUE_LIMIT;
  const half = Math.ceil((concurrency + queueLimit) / 2);
  const placesPerOwner = values.HASH_QUEUE_SHARE ?? Math.max(MIN_PLACES_PER_OWNER, half);
  return { cost: values.BCRYPT_COST, concurrency, queueLimit, placesPerOwner };
}

function breakerConfig(values: Values): BreakerConfig {
  return {
    failureThreshold: values.CIRCUIT_BREAKER_FAILURE_THRESHOLD,
    recoveryTimeoutSeconds: values.CIRCUIT_BREAKER_RECOVERY_TIMEOUT,
    callTimeoutSeconds: values.CIRCUIT_BREAKER_CALL_TIMEOUT,
  };
}

function httpConfig(values: Values): HttpConfig {
  const tls = tlsConfig(values);
  return {
    host: values.HOST ?? (values.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT,
    tls,
    publicUrl: values.PUBLIC_URL ?? `${tls ? 'https' : 'http'}://localhost:${values.PORT}`,
    trustProxy: values.TRUST_PROXY,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    shutdownDelaySeconds: values.SHUTDOWN_DELAY_SECONDS,
    shutdownTimeoutSeconds: values.SHUTDOWN_TIMEOUT_SECONDS,
    corsOrigins: values.CORS_ORIGINS,
    slowRequestSeconds: values.SLOW_REQUEST_SECONDS,
  };
}

/** Takes values of which both are set, or none. */
function tlsConfig({ SSL_CERTFILE: certFile, SSL_KEYFILE: keyFile }: Values): TlsConfig | undefined {
  return certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
}
