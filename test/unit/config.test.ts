import { availableParallelism } from 'node:os';
import { ConfigurationError, loadConfig } from '../../src/config';
import { variableNames } from '../../src/config/variables';
import {
  generated,
  defaultOperations,
  load,
  production,
  problemsOf,
  PUBLIC_URL,
  refusal,
} from '../support/configuration';

describe('loadConfig', () => {
  it('should make a complete configuration of an empty environment', () => {
    expect(load()).toEqual({
      unknownVariables: [],
      environment: 'development',
      isProduction: false,
      isExposedUnnamed: false,
      servesDevelopers: true,
      serviceName: 'GraphQL Auth Gateway',
      dataDir: '.data',
      workers: 1,
      http: {
        host: '127.0.0.1',
        port: 4000,
        tls: undefined,
        publicUrl: 'http://localhost:4000',
        trustProxy: false,
        bodyLimitBytes: 65_536,
        shutdownDelaySeconds: 0,
        shutdownTimeoutSeconds: 10,
        corsOrigins: [],
        slowRequestSeconds: 5,
      },
      database: {
        kind: 'embedded',
        dataDir: '.data',
        migrateOnStart: true,
        waitSeconds: 30,
        poolMode: 'session',
        lockTimeoutMs: 5_000,
        logSql: false,
      },
      breaker: { failureThreshold: 5, recoveryTimeoutSeconds: 60, callTimeoutSeconds: 10 },
      jwt: {
        secret: generated,
        previousSecret: undefined,
        algorithm: 'HS256',
        accessTokenTtlSeconds: 3_600,
        issuer: 'http://localhost:4000',
        audience: 'graphql-auth-gateway',
        ownKeys: undefined,
        keyRotationSeconds: 2_592_000,
        claims: undefined,
      },
      keys: { roots: [generated] },
      oauth: { clients: [], feedConnections: 100, feedWaitSeconds: 25 },
      refreshToken: { delivery: 'body', sameSite: 'strict', reuseGraceSeconds: 10 },
      password: {
        minLength: 8,
        requireUppercase: true,
        requireNumbers: true,
        requireSpecialCharacters: true,
        isEverywhere: false,
      },
      hashing: {
        cost: 12,
        concurrency: Math.max(1, availableParallelism() - 1),
        queueLimit: 100,
        placesPerOwner: Math.ceil((Math.max(1, availableParallelism() - 1) + 100) / 2),
      },
      sessions: {
        idleSeconds: 2_592_000,
        maxSeconds: 7_776_000,
        maxPerUser: 100,
        maxListed: 100,
        checkMaxAgeMs: 75,
        cacheSize: 10_000,
      },
      credits: { addPolicy: 'self' },
      verification: {
        required: false,
        codeTtlSeconds: 900,
        resetTtlSeconds: 3_600,
        emailUndoTtlSeconds: 259_200,
        linkKeepSeconds: 120,
        unverifiedAccountSeconds: 2_592_000,
      },
      pages: { baseUrl: 'http://localhost:4000', hosted: true },
      mail: {
        transport: { kind: 'outbox', directory: '.data/outbox' },
        fromAddress: 'noreply@localhost',
        fromName: 'GraphQL Auth Gateway',
        serviceName: 'GraphQL Auth Gateway',
        maxAttempts: 10,
      },
      metrics: { token: undefined, port: undefined },
      rest: { families: 'all' },
      rateLimit: expect.any(Object) as unknown,
      ...defaultOperations,
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
    expect(config.credits.addPolicy).toBe('admin');
    expect(config.servesDevelopers).toBe(false);
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
    expect(problemsOf({ NODE_ENV: 'production', PUBLIC_URL })).toEqual([rule]);
    expect(problemsOf({ ...production, JWT_SECRET_KEY: ' '.repeat(40) })).toEqual([rule]);
    expect(problemsOf({ NODE_ENV: 'production', PUBLIC_URL, SECRET_KEY: 'short' })).toEqual([
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
    expect(problemsOf({ ENVIRONMENT: 'production', PUBLIC_URL, SECRET_KEY: key })).toEqual([
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
      'PUBLIC_URL',
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
