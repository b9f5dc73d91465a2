import { availableParallelism } from 'node:os';
import { ConfigurationError, loadConfig, trustProxyOption, type Config } from '../../src/config';
import { variableNames } from '../../src/config/variables';

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

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  return refusal(env).problems.map(({ variable, rule }) => `${variable} ${rule}`);
}

describe('loadConfig', () => {
  it('should make a complete configuration of an empty environment', () => {
    expect(load()).toEqual({
      environment: 'development',
      isProduction: false,
      serviceName: 'GraphQL Auth Gateway',
      dataDir: '.data',
      http: {
        host: '127.0.0.1',
        port: 4000,
        publicUrl: 'http://localhost:4000',
        trustProxy: false,
        bodyLimitBytes: 65_536,
        shutdownTimeoutSeconds: 10,
        corsOrigins: [],
        slowRequestSeconds: 5,
      },
      database: {
        kind: 'embedded',
        dataDir: '.data',
        migrateOnStart: true,
        waitSeconds: 30,
        lockTimeoutMs: 5_000,
        logSql: false,
      },
      breaker: { failureThreshold: 5, recoveryTimeoutSeconds: 60, callTimeoutSeconds: 10 },
      jwt: {
        secret: generated,
        algorithm: 'HS256',
        accessTokenTtlSeconds: 3_600,
        issuer: 'http://localhost:4000',
        audience: 'graphql-auth-gateway',
      },
      refreshToken: { ttlSeconds: 2_592_000, delivery: 'body', reuseGraceSeconds: 10 },
      password: {
        minLength: 8,
        requireUppercase: true,
        requireNumbers: true,
        requireSpecialCharacters: true,
        isEverywhere: false,
      },
      hashing: { cost: 12, concurrency: Math.max(1, availableParallelism() - 1), queueLimit: 100 },
      sessions: { maxListed: 100, checkMaxAgeMs: 75, cacheSize: 10_000 },
      credits: { addPolicy: 'self' },
      verification: { required: false, codeTtlSeconds: 900, resetTtlSeconds: 3_600 },
      pages: { baseUrl: 'http://localhost:4000', hosted: true },
      mail: {
        transport: { kind: 'outbox', directory: '.data/outbox' },
        fromAddress: 'noreply@localhost',
        fromName: 'GraphQL Auth Gateway',
        serviceName: 'GraphQL Auth Gateway',
        maxAttempts: 10,
      },
      rest: { families: ['auth-serve', 'session', 'credit', 'balance-hub'] },
      graphql: { introspection: true, maxDepth: 8, maxAliases: 15, maxTokens: 1_000, maxRootFields: 15 },
      rateLimit: expect.any(Object) as unknown,
      logging: { level: 'info', format: 'json', file: 'logs/app.log' },
    });
  });

  it('should take an empty or blank value as none', () => {
    const blank = Object.fromEntries(variableNames.map((name) => [name, ' ']));
    expect(load({ ...blank, LOG_FILE: undefined })).toEqual(load());
  });

  it('should change the defaults that must differ in production', () => {
    const config = load(production);
    expect(config.isProduction).toBe(true);
    expect(config.http.host).toBe('0.0.0.0');
    expect(config.graphql.introspection).toBe(false);
  });
});

describe('loadConfig with several names of one variable', () => {
  it('should accept equal values, however they are written', () => {
    const env = { DB_HOST: 'db', DB_USER: 'u', DB_NAME: 'auth', DB_TABLE: 'auth' };
    expect(() => load(env)).not.toThrow();
    expect(() => load({ JWT_EXPIRATION_HOURS: '0.5', ACCESS_TOKEN_EXPIRE_MINUTES: '30' })).not.toThrow();
    expect(() => load({ LOG_FORMAT: 'text', JSON_LOGS: 'False' })).not.toThrow();
  });

  it.each([
    ['NODE_ENV', 'development', 'ENVIRONMENT', 'test'],
    ['SERVICE_NAME', 'a', 'APP_NAME', 'b'],
    ['JWT_SECRET_KEY', secret, 'SECRET_KEY', `${secret}-`],
    ['JWT_ALGORITHM', 'HS256', 'ALGORITHM', 'HS512'],
    ['JWT_EXPIRATION_HOURS', '1', 'ACCESS_TOKEN_EXPIRE_MINUTES', '30'],
    ['LOG_FORMAT', 'json', 'JSON_LOGS', 'false'],
  ])('should refuse %s=%s beside %s=%s', (first, firstText, second, secondText) => {
    const problems = problemsOf({ [first]: firstText, [second]: secondText });
    expect(problems).toEqual([`${first} and ${second} are two names of one setting, but differ: keep one`]);
  });
});

describe('loadConfig and the database', () => {
  it.each(['sqlite:///./authdb.db', 'mysql+pymysql://user:password@host:3306/dbname', 'mariadb://h/d'])(
    'should say that only PostgreSQL is supported for %s',
    (text) => {
      expect(problemsOf({ DATABASE_URL: text })).toEqual([
        'DATABASE_URL must be a PostgreSQL URL, or empty for the embedded database: no other database is supported',
      ]);
    },
  );

  it('should accept both ways when they agree', () => {
    const config = load({
      DATABASE_URL: 'postgres://u:p%40@db/auth',
      DB_HOST: 'db',
      DB_PORT: '5432',
      DB_PASS: 'p@',
    });
    expect(config.database).toMatchObject({ kind: 'postgresql', url: 'postgresql://u:p%40@db/auth' });
  });

  it('should name every part in which both ways differ, as the operator called it', () => {
    const env = { DATABASE_URL: 'postgresql://u:p@db/auth', DB_HOST: 'other', DB_PASS: 'q', DB_USER: 'u' };
    const rule = 'name different databases: set DATABASE_URL or the DB_ variables';
    expect(problemsOf(env)).toEqual([`DATABASE_URL and DB_HOST ${rule}`, `DATABASE_URL and DB_PASS ${rule}`]);
  });

  it('should demand the missing parts', () => {
    expect(problemsOf({ DB_PASS: 'q' })).toEqual(
      ['DB_HOST', 'DB_USER', 'DB_NAME'].map((name) => `${name} must be set together with DB_PASS`),
    );
  });

  it('should not call a part missing that is there, but wrong', () => {
    expect(problemsOf({ DB_HOST: 'a b', DB_USER: 'u', DB_NAME: 'n' })).toEqual([
      'DB_HOST must be a host name or an IP address, without a port',
    ]);
  });
});

describe('loadConfig in production', () => {
  it('should demand a signing key', () => {
    const rule = 'JWT_SECRET_KEY must be set in production, to at least 32 characters';
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([rule]);
    expect(problemsOf({ NODE_ENV: 'production', JWT_SECRET_KEY: ' '.repeat(40) })).toEqual([rule]);
    expect(problemsOf({ NODE_ENV: 'production', SECRET_KEY: 'short' })).toEqual([
      'SECRET_KEY must be at least 32 characters long',
    ]);
  });

  it.each([
    'your-secret-key-here-min-32-chars',
    'your-very-secure-secret-key-here',
    'your_super_secret_jwt_key_32_characters_minimum',
    'change-me-change-me-change-me-change-me',
    '<output of: openssl rand -hex 32>',
  ])('should refuse the published key %s', (key) => {
    expect(problemsOf({ ENVIRONMENT: 'production', SECRET_KEY: key })).toEqual([
      'SECRET_KEY must not be a published example in production',
    ]);
  });

  it('should refuse DEBUG and cheap hashes', () => {
    expect(problemsOf({ ...production, DEBUG: 'yes', BCRYPT_COST: '9' })).toEqual([
      'DEBUG must be off in production',
      'BCRYPT_COST must be at least 10 in production',
    ]);
  });

  it('should never make a key', () => {
    const developmentSecret = jest.fn();
    loadConfig(production, developmentSecret);
    expect(() => loadConfig({ NODE_ENV: 'production' }, developmentSecret)).toThrow(ConfigurationError);
    expect(developmentSecret).not.toHaveBeenCalled();
  });
});

describe('ConfigurationError', () => {
  const env = {
    NODE_ENV: 'production',
    PORT: 'hunter2-port',
    SECRET_KEY: 'hunter2-key',
    DATABASE_URL: 'mysql://root:hunter2-url@db/auth',
    DB_HOST: 'hunter2 host',
    DB_PASSWORD: 'hunter2-password',
    DB_PASS: 'hunter2-pass',
    DEBUG: 'true',
    CORS_ORIGINS: '*',
    REFRESH_TOKEN_DELIVERY: 'cookie',
  };

  it('should list all problems at once, with an example each', () => {
    const error = refusal(env);
    expect(error.problems.map(({ variable }) => variable)).toEqual([
      'PORT',
      'DATABASE_URL',
      'DB_HOST',
      'DB_PASSWORD and DB_PASS',
      'SECRET_KEY',
      'CORS_ORIGINS',
      'DEBUG',
    ]);
    expect(error.message.split('\n')).toHaveLength(1 + error.problems.length);
    expect(error.message).toContain('  - PORT must be a whole number from 0 to 65535; for example PORT=4000');
  });

  it('should show no value, secret or not', () => {
    const error = refusal(env);
    const shown = JSON.stringify([error.message, error.stack, error.problems, error.cause]);
    expect(shown).not.toContain('hunter2');
  });

  it('should not touch the disk for an environment that is refused', () => {
    const developmentSecret = jest.fn();
    expect(() => loadConfig({ PORT: 'x' }, developmentSecret)).toThrow(ConfigurationError);
    expect(developmentSecret).not.toHaveBeenCalled();
  });
});

describe('trustProxyOption', () => {
  it('should be something that Fastify acts on', () => {
    expect(trustProxyOption(false)).toBe(false);
    expect(trustProxyOption({ addresses: ['loopback'] })).toEqual(['loopback']);
    const trusts = trustProxyOption({ hops: 2 });
    const trusted = [0, 1, 2].map((hop) => typeof trusts === 'function' && trusts('192.0.2.1', hop));
    expect(trusted).toEqual([true, true, false]);
  });
});
