import { availableParallelism } from 'node:os';
import type { BreakerConfig, Config, HttpConfig } from './config';
import { ConfigurationError } from './configuration-error';
import { databaseTarget } from './database-target';
import { resolveDevelopmentSecret } from './development-secret';
import { mailConfig, verificationConfig } from './mail-config';
import { readVariables } from './read-variables';
import { rateLimitConfig } from './rate-limits';
import { crossProblems } from './rules';
import type { Values } from './variables';

/**
 * Makes the Config of an environment; `developmentSecret` is asked for a signing key when a valid environment outside
 * production names none, and is all that touches the disk.
 *
 * Throws ConfigurationError with every problem at once, and without any value.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv,
  developmentSecret: (dataDir: string) => string = resolveDevelopmentSecret,
): Config {
  const reading = readVariables(env);
  const problems = [...reading.problems, ...crossProblems(reading)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { values } = reading;
  return assemble(values, values.JWT_SECRET_KEY ?? developmentSecret(values.DATA_DIR));
}

function assemble(values: Values, jwtSecret: string): Config {
  const isProduction = values.NODE_ENV === 'production';
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  return {
    environment: values.NODE_ENV,
    isProduction,
    serviceName: values.SERVICE_NAME,
    dataDir: values.DATA_DIR,
    http: httpConfig(values, publicUrl),
    database: {
      ...databaseTarget(values),
      migrateOnStart: values.MIGRATE_ON_START,
      waitSeconds: values.DB_WAIT_SECONDS,
      lockTimeoutMs: values.DB_LOCK_TIMEOUT_MS,
      logSql: values.DEBUG,
    },
    breaker: breakerConfig(values),
    jwt: {
      secret: jwtSecret,
      algorithm: values.JWT_ALGORITHM,
      accessTokenTtlSeconds: values.JWT_EXPIRATION_HOURS,
      issuer: publicUrl,
      audience: values.JWT_AUDIENCE,
    },
    refreshToken: {
      ttlSeconds: values.REFRESH_TOKEN_DAYS,
      delivery: values.REFRESH_TOKEN_DELIVERY,
      reuseGraceSeconds: values.REFRESH_REUSE_GRACE_SECONDS,
    },
    password: {
      minLength: values.PASSWORD_MIN_LENGTH,
      requireUppercase: values.PASSWORD_REQUIRE_UPPERCASE,
      requireNumbers: values.PASSWORD_REQUIRE_NUMBERS,
      requireSpecialCharacters: values.PASSWORD_REQUIRE_SPECIAL_CHARS,
      isEverywhere: values.PASSWORD_POLICY_EVERYWHERE,
    },
    hashing: {
      cost: values.BCRYPT_COST,
      // One core stays free for the requests that hash nothing.
      concurrency: values.HASH_CONCURRENCY ?? Math.max(1, availableParallelism() - 1),
      queueLimit: values.HASH_QUEUE_LIMIT,
    },
    sessions: {
      maxListed: values.MAX_SESSIONS_LISTED,
      checkMaxAgeMs: values.SESSION_CHECK_MAX_AGE_MS,
      cacheSize: values.SESSION_CACHE_SIZE,
    },
    credits: { addPolicy: values.CREDITS_ADD_POLICY },
    verification: verificationConfig(values),
    pages: { baseUrl: values.FRONTEND_URL ?? publicUrl, hosted: values.FRONTEND_URL === undefined },
    mail: mailConfig(values),
    graphql: {
      introspection: values.GRAPHQL_INTROSPECTION ?? !isProduction,
      maxDepth: values.GRAPHQL_MAX_DEPTH,
      maxAliases: values.GRAPHQL_MAX_ALIASES,
      maxTokens: values.GRAPHQL_MAX_TOKENS,
      maxRootFields: values.GRAPHQL_MAX_ROOT_FIELDS,
    },
    rest: { families: values.REST_FAMILIES },
    rateLimit: rateLimitConfig(values),
    logging: {
      level: values.DEBUG ? 'debug' : values.LOG_LEVEL,
      format: values.LOG_FORMAT,
      file: values.LOG_FILE || undefined,
    },
  };
}

function breakerConfig(values: Values): BreakerConfig {
  return {
    failureThreshold: values.CIRCUIT_BREAKER_FAILURE_THRESHOLD,
    recoveryTimeoutSeconds: values.CIRCUIT_BREAKER_RECOVERY_TIMEOUT,
    callTimeoutSeconds: values.CIRCUIT_BREAKER_CALL_TIMEOUT,
  };
}

function httpConfig(values: Values, publicUrl: string): HttpConfig {
  return {
    host: values.HOST ?? (values.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT,
    publicUrl,
    trustProxy: values.TRUST_PROXY,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    shutdownTimeoutSeconds: values.SHUTDOWN_TIMEOUT_SECONDS,
    corsOrigins: values.CORS_ORIGINS,
    slowRequestSeconds: values.SLOW_REQUEST_SECONDS,
  };
}
