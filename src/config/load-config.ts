import { availableParallelism } from 'node:os';
import type {
  BreakerConfig,
  Config,
  HashingConfig,
  HttpConfig,
  JwtConfig,
  KeysConfig,
  LoggingConfig,
  PasswordConfig,
} from './config';
import { ConfigurationError } from './configuration-error';
import { databaseTarget } from './database-target';
import { resolveDevelopmentSecret } from './development-secret';
import { mailConfig, verificationConfig } from './mail-config';
import { readVariables } from './read-variables';
import { rateLimitConfig } from './rate-limits';
import { crossProblems, isExposedUnnamed } from './rules';
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
  const secret = values.JWT_SECRET_KEY ?? developmentSecret(values.DATA_DIR);
  return {
    ...assemble(values, secret, isExposedUnnamed(reading)),
    logging: loggingConfig(values, isTerminal),
    unknownVariables: unknownVariables(env),
  };
}

function assemble(
  values: Values,
  jwtSecret: string,
  isExposed: boolean,
): Omit<Config, 'logging' | 'unknownVariables'> {
  const isProduction = values.NODE_ENV === 'production';
  const servesDevelopers = !isProduction && !isExposed;
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  return {
    environment: values.NODE_ENV,
    isProduction,
    isExposedUnnamed: isExposed,
    servesDevelopers,
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
    jwt: jwtConfig(values, jwtSecret, publicUrl),
    keys: keysConfig(values, jwtSecret),
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
    graphql: {
      introspection: values.GRAPHQL_INTROSPECTION ?? servesDevelopers,
      maxDepth: values.GRAPHQL_MAX_DEPTH,
      maxAliases: values.GRAPHQL_MAX_ALIASES,
      maxTokens: values.GRAPHQL_MAX_TOKENS,
      maxRootFields: values.GRAPHQL_MAX_ROOT_FIELDS,
    },
    rest: { families: values.REST_FAMILIES },
    metrics: { token: values.METRICS_TOKEN, port: values.METRICS_PORT },
    rateLimit: rateLimitConfig(values),
  };
}

function loggingConfig(values: Values, isTerminal: boolean): LoggingConfig {
  const isForPeople = isTerminal && values.NODE_ENV !== 'production';
  return {
    level: values.DEBUG ? 'debug' : values.LOG_LEVEL,
    format: values.LOG_FORMAT ?? (isForPeople ? 'text' : 'json'),
    file: values.LOG_FILE || undefined,
  };
}

function jwtConfig(values: Values, secret: string, issuer: string): JwtConfig {
  return {
    secret,
    previousSecret: values.JWT_PREVIOUS_SECRET_KEY,
    algorithm: values.JWT_ALGORITHM,
    accessTokenTtlSeconds: values.JWT_EXPIRATION_HOURS,
    issuer,
    audience: values.JWT_AUDIENCE,
  };
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

/** Without a SECRETS_KEY the signing secret is the root; whoever introduces one loses nothing that was made before. */
function keysConfig(values: Values, jwtSecret: string): KeysConfig {
  const earlier = [jwtSecret, values.JWT_PREVIOUS_SECRET_KEY].filter((one) => one !== undefined);
  const current = values.SECRETS_KEY ?? jwtSecret;
  return { roots: [current, ...earlier.filter((one) => one !== current)] };
}

/** So many a browser with a few tabs may need at once; a queue that is hardly longer is not worth dividing. */
const MIN_PLACES_PER_OWNER = 10;

function hashingConfig(values: Values): HashingConfig {
  // One core stays free for the requests that hash nothing.
  const concurrency = values.HASH_CONCURRENCY ?? Math.max(1, availableParallelism() - 1);
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
