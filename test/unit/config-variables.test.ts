import { ConfigurationError, figureNames, loadConfig, type Config } from '../../src/config';
import { exampleOf } from '../../src/config/read-variables';
import { namesOf, variableNames } from '../../src/config/variables';

const secret = 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa';
const production = { NODE_ENV: 'production', JWT_SECRET_KEY: secret };
const generated = 'a-key-that-was-generated-for-this-test';

function load(env: NodeJS.ProcessEnv = {}): Config {
  return loadConfig(env, () => generated);
}

function refusal(env: NodeJS.ProcessEnv): ConfigurationError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('loadConfig, variable by variable', () => {
  const url = 'postgresql://u:p@db:5432/auth';
  const parts = { DB_HOST: 'db', DB_USER: 'u', DB_PASSWORD: 'p', DB_NAME: 'auth' };
  const smtp = { MAIL_SERVER: 'smtp.example.com' };
  // prettier-ignore
  /** Variable, further variables it needs, text, where it ends up, as what. */
  const effects: [string, NodeJS.ProcessEnv, string, string, unknown][] = [
    ['NODE_ENV', { JWT_SECRET_KEY: secret }, 'Production', 'environment', 'production'],
    ['ENVIRONMENT', {}, 'test', 'environment', 'test'],
    ['SERVICE_NAME', {}, 'authService', 'serviceName', 'authService'],
    ['APP_NAME', {}, 'Auth System', 'serviceName', 'Auth System'],
    ['DEBUG', {}, 'True', 'database.logSql', true],
    ['DEBUG', { LOG_LEVEL: 'ERROR' }, 'True', 'logging.level', 'debug'],
    ['DATA_DIR', {}, '/var/lib/auth', 'database.dataDir', '/var/lib/auth'],
    ['HOST', {}, '::', 'http.host', '::'],
    ['HOST', production, ' localhost ', 'http.host', 'localhost'],
    ['PORT', {}, '0', 'http.port', 0],
    ['PORT', {}, '8000', 'jwt.issuer', 'http://localhost:8000'],
    ['PUBLIC_URL', {}, 'https://Auth.example.com/', 'http.publicUrl', 'https://auth.example.com'],
    ['PUBLIC_URL', {}, 'https://example.com/auth/', 'jwt.issuer', 'https://example.com/auth'],
    ['TRUST_PROXY', {}, 'False', 'http.trustProxy', false],
    ['TRUST_PROXY', {}, '0', 'http.trustProxy', false],
    ['TRUST_PROXY', {}, '2', 'http.trustProxy', { hops: 2 }],
    ['TRUST_PROXY', {}, 'loopback, 10.0.0.0/8, ::1', 'http.trustProxy', { addresses: ['loopback', '10.0.0.0/8', '::1'] }],
    ['CORS_ORIGINS', {}, '["http://localhost:3000", "https://example.com"]', 'http.corsOrigins', ['http://localhost:3000', 'https://example.com']],
    ['CORS_ORIGINS', {}, 'http://localhost:3000/, https://EXAMPLE.com:443,https://example.com', 'http.corsOrigins', ['http://localhost:3000', 'https://example.com']],
    ['CORS_ORIGINS', {}, '*', 'http.corsOrigins', ['*']],
    ['CORS_ORIGINS', {}, '["*"]', 'http.corsOrigins', ['*']],
    ['BODY_LIMIT_BYTES', {}, '1024', 'http.bodyLimitBytes', 1_024],
    ['SLOW_REQUEST_SECONDS', {}, '0.25', 'http.slowRequestSeconds', 0.25],
    ['SHUTDOWN_TIMEOUT_SECONDS', {}, '3', 'http.shutdownTimeoutSeconds', 3],
    ['DATABASE_URL', {}, url, 'database.url', url],
    ['DATABASE_URL', {}, 'postgresql+asyncpg://u:p@db:5432/auth', 'database.url', url],
    ['DATABASE_URL', {}, 'postgres://u:p@db:5432/auth', 'database.url', url],
    ['DB_HOST', { ...parts }, '::1', 'database.url', 'postgresql://u:p@[::1]:5432/auth'],
    ['DB_PORT', parts, '6543', 'database.url', 'postgresql://u:p@db:6543/auth'],
    ['DB_USER', parts, 'auth_user', 'database.url', 'postgresql://auth_user:p@db:5432/auth'],
    ['DB_PASSWORD', parts, ' a/b#c@d% ', 'database.url', 'postgresql://u:%20a%2Fb%23c%40d%25%20@db:5432/auth'],
    ['DB_PASS', { ...parts, DB_PASSWORD: '' }, 'x', 'database.url', 'postgresql://u:x@db:5432/auth'],
    ['DB_PASSWORD', parts, '', 'database.url', 'postgresql://u@db:5432/auth'],
    ['DB_NAME', parts, 'main', 'database.url', 'postgresql://u:p@db:5432/main'],
    ['DB_TABLE', { ...parts, DB_NAME: '' }, 'auth', 'database.url', url],
    ['DB_POOL_MAX', { DATABASE_URL: url }, '3', 'database.poolMax', 3],
    ['DB_LOCK_TIMEOUT_MS', {}, '50', 'database.lockTimeoutMs', 50],
    ['DB_WAIT_SECONDS', {}, '0', 'database.waitSeconds', 0],
    ['MIGRATE_ON_START', {}, 'no', 'database.migrateOnStart', false],
    ['CIRCUIT_BREAKER_FAILURE_THRESHOLD', {}, '2', 'breaker.failureThreshold', 2],
    ['CIRCUIT_BREAKER_RECOVERY_TIMEOUT', {}, '0.5', 'breaker.recoveryTimeoutSeconds', 0.5],
    ['CIRCUIT_BREAKER_CALL_TIMEOUT', {}, '1.5', 'breaker.callTimeoutSeconds', 1.5],
    ['JWT_SECRET_KEY', {}, secret, 'jwt.secret', secret],
    ['SECRET_KEY', {}, 'your_super_secret_jwt_key_32_characters_minimum', 'jwt.secret', 'your_super_secret_jwt_key_32_characters_minimum'],
    ['JWT_ALGORITHM', {}, 'hs512', 'jwt.algorithm', 'HS512'],
    ['ALGORITHM', {}, 'HS384', 'jwt.algorithm', 'HS384'],
    ['JWT_EXPIRATION_HOURS', {}, '0.5', 'jwt.accessTokenTtlSeconds', 1_800],
    ['ACCESS_TOKEN_EXPIRE_MINUTES', {}, '30', 'jwt.accessTokenTtlSeconds', 1_800],
    ['JWT_AUDIENCE', {}, 'shop', 'jwt.audience', 'shop'],
    ['REFRESH_TOKEN_DAYS', {}, '7', 'refreshToken.ttlSeconds', 604_800],
    ['REFRESH_TOKEN_DELIVERY', {}, 'Cookie', 'refreshToken.delivery', 'cookie'],
    ['REFRESH_REUSE_GRACE_SECONDS', {}, '0', 'refreshToken.reuseGraceSeconds', 0],
    ['PASSWORD_MIN_LENGTH', {}, '12', 'password.minLength', 12],
    ['PASSWORD_REQUIRE_UPPERCASE', {}, 'False', 'password.requireUppercase', false],
    ['PASSWORD_REQUIRE_NUMBERS', {}, 'off', 'password.requireNumbers', false],
    ['PASSWORD_REQUIRE_SPECIAL_CHARS', {}, '0', 'password.requireSpecialCharacters', false],
    ['PASSWORD_POLICY_EVERYWHERE', {}, 'True', 'password.isEverywhere', true],
    ['BCRYPT_COST', {}, '4', 'hashing.cost', 4],
    ['HASH_CONCURRENCY', {}, '7', 'hashing.concurrency', 7],
    ['HASH_QUEUE_LIMIT', {}, '0', 'hashing.queueLimit', 0],
    ['MAX_SESSIONS_LISTED', {}, '5', 'sessions.maxListed', 5],
    ['SESSION_CHECK_MAX_AGE_MS', {}, '100', 'sessions.checkMaxAgeMs', 100],
    ['SESSION_CACHE_SIZE', {}, '50', 'sessions.cacheSize', 50],
    ['CREDITS_ADD_POLICY', {}, 'Admin', 'credits.addPolicy', 'admin'],
    ['REQUIRE_EMAIL_VERIFICATION', {}, 'true', 'verification.required', true],
    ['EMAIL_VERIFICATION_CODE_EXPIRY_MINUTES', {}, '5', 'verification.codeTtlSeconds', 300],
    ['PASSWORD_RESET_EXPIRY_MINUTES', {}, '30', 'verification.resetTtlSeconds', 1_800],
    ['FRONTEND_URL', {}, 'https://app.example.com/', 'pages.baseUrl', 'https://app.example.com'],
    ['FRONTEND_URL', {}, 'https://app.example.com', 'pages.hosted', false],
    ['FRONTEND_URL', { PUBLIC_URL: 'https://auth.example.com' }, '', 'pages.baseUrl', 'https://auth.example.com'],
    ['MAIL_TRANSPORT', { MAIL_SERVER: 'smtp.example.com' }, 'outbox', 'mail.transport.kind', 'outbox'],
    ['MAIL_TRANSPORT', {}, '', 'mail.transport', { kind: 'outbox', directory: '.data/outbox' }],
    ['MAIL_FROM', {}, 'auth@example.com', 'mail.fromAddress', 'auth@example.com'],
    ['MAIL_FROM_NAME', {}, 'Auth System', 'mail.fromName', 'Auth System'],
    ['MAIL_FROM_NAME', { SERVICE_NAME: 'authService' }, '', 'mail.fromName', 'authService'],
    ['MAIL_TEMPLATES_DIR', {}, '/etc/mail', 'mail.templatesDir', '/etc/mail'],
    ['MAIL_MAX_ATTEMPTS', {}, '3', 'mail.maxAttempts', 3],
    ['MAIL_SERVER', {}, 'smtp.example.com', 'mail.transport', { kind: 'smtp', host: 'smtp.example.com', port: 587, encryption: 'starttls', credentials: undefined }],
    ['MAIL_PORT', smtp, '25', 'mail.transport.port', 25],
    ['MAIL_USERNAME', { ...smtp, MAIL_PASSWORD: 'p' }, 'u', 'mail.transport.credentials.username', 'u'],
    ['MAIL_PASSWORD', { ...smtp, MAIL_USERNAME: 'u' }, ' p ', 'mail.transport.credentials.password', ' p '],
    ['MAIL_SSL_TLS', { ...smtp, MAIL_STARTTLS: 'false' }, 'true', 'mail.transport.encryption', 'tls'],
    ['MAIL_SSL_TLS', { ...smtp, MAIL_STARTTLS: 'True', MAIL_PORT: '587' }, 'True', 'mail.transport.encryption', 'starttls'],
    ['MAIL_SSL_TLS', { ...smtp, MAIL_STARTTLS: 'True', MAIL_PORT: '465' }, 'True', 'mail.transport.encryption', 'tls'],
    ['MAIL_STARTTLS', smtp, 'false', 'mail.transport.encryption', 'none'],
    ['SENDGRID_API_KEY', {}, 'SG.x', 'mail.transport', { kind: 'sendgrid', apiKey: 'SG.x', url: 'https://api.sendgrid.com' }],
    ['SENDGRID_URL', { SENDGRID_API_KEY: 'SG.x' }, 'http://127.0.0.1:9/', 'mail.transport.url', 'http://127.0.0.1:9'],
    ['RATE_LIMIT_ENABLED', {}, 'false', 'rateLimit.enabled', false],
    ['RATE_LIMIT_FAIL_CLOSED', {}, 'true', 'rateLimit.failClosed', true],
    ...figureNames.map((name): [string, NodeJS.ProcessEnv, string, string, unknown] => [
      `RATE_LIMIT_${name}`, {}, '7/2 Hours', `rateLimit.figures.${name}`, { points: 7, windowSeconds: 7_200 },
    ]),
    ['LOGIN_FREE_FAILURES', {}, '3', 'rateLimit.login.freeFailures', 3],
    ['LOGIN_FREE_FAILURES_STRANGERS', {}, '30', 'rateLimit.login.strangerFreeFailures', 30],
    ['LOGIN_MAX_DELAY_SECONDS', {}, '60', 'rateLimit.login.maxDelaySeconds', 60],
    ['REDIS_URL', {}, 'rediss://u:p@redis:6380/2', 'rateLimit.redisUrl', 'rediss://u:p@redis:6380/2'],
    ['REDIS_HOST', {}, '::1', 'rateLimit.redisUrl', 'redis://[::1]:6379/0'],
    ['REDIS_PORT', { REDIS_HOST: 'redis' }, '6380', 'rateLimit.redisUrl', 'redis://redis:6380/0'],
    ['REDIS_DB', { REDIS_HOST: 'redis' }, '3', 'rateLimit.redisUrl', 'redis://redis:6379/3'],
    ['GRAPHQL_INTROSPECTION', {}, 'false', 'graphql.introspection', false],
    ['GRAPHQL_INTROSPECTION', production, 'true', 'graphql.introspection', true],
    ['GRAPHQL_MAX_DEPTH', {}, '4', 'graphql.maxDepth', 4],
    ['GRAPHQL_MAX_ALIASES', {}, '0', 'graphql.maxAliases', 0],
    ['GRAPHQL_MAX_TOKENS', {}, '10', 'graphql.maxTokens', 10],
    ['GRAPHQL_MAX_ROOT_FIELDS', {}, '3', 'graphql.maxRootFields', 3],
    ['REST_FAMILIES', {}, ' Session, auth-serve', 'rest.families', ['auth-serve', 'session']],
    ['REST_FAMILIES', {}, 'none', 'rest.families', []],
    ['LOG_LEVEL', {}, 'WARNING', 'logging.level', 'warn'],
    ['LOG_LEVEL', {}, 'critical', 'logging.level', 'fatal'],
    ['LOG_LEVEL', {}, 'Trace', 'logging.level', 'trace'],
    ['LOG_FORMAT', {}, 'text', 'logging.format', 'text'],
    ['JSON_LOGS', {}, 'False', 'logging.format', 'text'],
    ['JSON_LOGS', {}, 'True', 'logging.format', 'json'],
    ['LOG_FILE', {}, '/tmp/auth.log', 'logging.file', '/tmp/auth.log'],
    ['LOG_FILE', {}, '', 'logging.file', undefined],
  ];

  it.each(effects)('should take %s (with %j) %j as %s = %j', (name, others, text, where, value) => {
    expect(load({ ...others, [name]: text })).toHaveProperty(where.split('.'), value);
  });

  it('should have an effect for every name in the table', () => {
    const known = variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name));
    const ignored = ['CIRCUIT_BREAKER_EXPECTED_EXCEPTION'];
    expect([...new Set(effects.map(([name]) => name)), ...ignored].sort()).toEqual([...known].sort());
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['SERVICE_NAME', 'two\nlines'],
    ['HOST', 'http://localhost'],
    ['HOST', 'localhost:4000'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['PORT', '0x10'],
    ['PUBLIC_URL', 'auth.example.com'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['PUBLIC_URL', 'https://u:p@example.com'],
    ['PUBLIC_URL', 'https://example.com/?a=b'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '11'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.0/8/8'],
    ['TRUST_PROXY', 'loopback,everyone'],
    ['CORS_ORIGINS', 'example.com'],
    ['CORS_ORIGINS', 'https://example.com/path'],
    ['CORS_ORIGINS', 'https://example.com,*'],
    ['CORS_ORIGINS', 'https://example.com,'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', '["https://example.com"'],
    ['CORS_ORIGINS', '[1]'],
    ['DATABASE_URL', 'postgresql://u:p@db:5432'],
    ['DATABASE_URL', 'postgresql://u:p@db:99999/auth'],
    ['DATABASE_URL', 'postgresql://u:p#q@db:5432/auth'],
    ['DATABASE_URL', 'postgresql://u:100%@db:5432/auth'],
    ['DATABASE_URL', 'https://db/auth'],
    ['DATABASE_URL', 'auth'],
    ['DB_POOL_MAX', '0'],
    ['MIGRATE_ON_START', 'maybe'],
    ['CIRCUIT_BREAKER_RECOVERY_TIMEOUT', '0'],
    ['CIRCUIT_BREAKER_CALL_TIMEOUT', '1e3'],
    ['JWT_SECRET_KEY', 'your-secret-key-here'],
    ['SECRET_KEY', 'x'.repeat(31)],
    ['JWT_ALGORITHM', 'none'],
    ['JWT_ALGORITHM', 'RS256'],
    ['JWT_EXPIRATION_HOURS', '0'],
    ['ACCESS_TOKEN_EXPIRE_MINUTES', 'soon'],
    ['REFRESH_TOKEN_DELIVERY', 'header'],
    ['PASSWORD_MIN_LENGTH', '73'],
    ['BCRYPT_COST', '3'],
    ['BCRYPT_COST', '16'],
    ['SESSION_CHECK_MAX_AGE_MS', '0'],
    ['SESSION_CHECK_MAX_AGE_MS', '101'],
    ['CREDITS_ADD_POLICY', 'everybody'],
    ['DB_LOCK_TIMEOUT_MS', '0'],
    ['FRONTEND_URL', 'app.example.com'],
    ['PASSWORD_RESET_EXPIRY_MINUTES', '0'],
    ['MAIL_TRANSPORT', 'pigeon'],
    ['MAIL_FROM', 'Somebody <a@example.com>'],
    ['MAIL_FROM', 'a@example.com\nBcc: b@example.com'],
    ['MAIL_SERVER', 'smtp.example.com:587'],
    ['MAIL_MAX_ATTEMPTS', '0'],
    ['REST_FAMILIES', 'credits'],
    ['REST_FAMILIES', 'session,none'],
    ['RATE_LIMIT_GRAPHQL_LOGIN', '60'],
    ['RATE_LIMIT_GRAPHQL_LOGIN', '0/minute'],
    ['RATE_LIMIT_GRAPHQL_LOGIN', '60/fortnight'],
    ['RATE_LIMIT_GRAPHQL_LOGIN', '60/2 days'],
    ['REDIS_URL', 'http://redis:6379'],
    ['REDIS_URL', 'redis://redis:6379/name'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'constructor'],
    ['LOG_FORMAT', 'xml'],
    ['JSON_LOGS', 'json'],
  ])('should refuse %s=%j', (name, text) => {
    const { problems } = refusal({ [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.variable).toBe(name);
    expect(problems[0]?.rule).toMatch(/^must /);
  });

  /** What else must be set for a variable to be accepted. */
  function companionsOf(name: string): NodeJS.ProcessEnv {
    if (name.startsWith('DB_')) return { ...parts, DB_PASSWORD: '' };
    if (name.startsWith('MAIL_')) return { ...smtp, MAIL_USERNAME: 'u', MAIL_PASSWORD: 'p' };
    return {};
  }

  it('should give examples that it would itself accept', () => {
    for (const name of variableNames) {
      for (const alias of namesOf(name)) {
        const [usedName = '', ...text] = exampleOf(name, alias.name).split('=');
        expect(usedName).toBe(alias.name);
        expect(() => load({ ...companionsOf(name), [usedName]: text.join('=') })).not.toThrow();
      }
    }
  });
});
