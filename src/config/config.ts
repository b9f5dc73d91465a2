import type { JwtConfig, OAuthConfig } from './token-types';
import type { UnknownVariable } from './variable';
import type { DatabaseTls } from './database-tls';
import type { GraphqlConfig } from './graphql-settings';
import type { HttpConfig } from './http-config';
import type { HousekeepingConfig, LoggingConfig, TracingConfig } from './operations-config';
import type { Rate } from './rate';
import type { rateVariables } from './rate-limit-variables';

export type Environment = 'development' | 'production' | 'test';

/** Where the data is: in this process, or on a PostgreSQL server (`url` always begins with `postgresql://`). */
export type DatabaseTarget =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | {
      readonly kind: 'postgresql';
      readonly url: string;
      readonly poolMax: number;
      /** Undefined: as PGSSLMODE says, else none. */
      readonly tls: DatabaseTls | undefined;
      /** Streaming replicas of it, for reads that may be stale. */
      readonly replicas: readonly ReplicaTarget[];
      /** How far behind a replica may be that is read. */
      readonly replicaLagSeconds: number;
    };

/** As the server at `url` itself, which all else is common with. */
export interface ReplicaTarget {
  readonly url: string;
  readonly tls: DatabaseTls | undefined;
}

/** For how long whoever answers at the URL lends a connection: in PgBouncer's words; a server itself lends it for the session. */
export type PoolMode = 'session' | 'transaction';

export type DatabaseConfig = DatabaseTarget & {
  readonly poolMode: PoolMode;
  readonly migrateOnStart: boolean;
  /** How long a start waits for a database that does not answer yet. */
  readonly waitSeconds: number;
  /** Longest wait for a lock that another transaction holds. */
  readonly lockTimeoutMs: number;
  readonly logSql: boolean;
};

/** Times may be fractions of a second. */
export interface BreakerConfig {
  readonly failureThreshold: number;
  readonly recoveryTimeoutSeconds: number;
  readonly callTimeoutSeconds: number;
}

/** What every key but those that sign tokens is derived from. */
export interface KeysConfig {
  /** The one in use, and those that things may still have been made with. */
  readonly roots: readonly [string, ...string[]];
}

export type RefreshTokenDelivery = 'body' | 'cookie' | 'client';
export type SameSite = 'strict' | 'lax' | 'none';

export interface RefreshTokenConfig {
  /** `client`: as each request says. */
  readonly delivery: RefreshTokenDelivery;
  readonly sameSite: SameSite;
  readonly reuseGraceSeconds: number;
}

/** The strict password rule. */
export interface PasswordConfig {
  readonly minLength: number;
  /** Governs both letter cases: at least one capital and one small letter. */
  readonly requireUppercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSpecialCharacters: boolean;
  /** The strict rule for the REST families with milder ones, too. */
  readonly isEverywhere: boolean;
}

export interface HashingConfig {
  /** bcrypt's cost: each step doubles the work. */
  readonly cost: number;
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly placesPerOwner: number;
}

export interface SessionsConfig {
  /** After so long without use a session ends, and after so long in any case. */
  readonly idleSeconds: number;
  readonly maxSeconds: number;
  readonly maxPerUser: number;
  readonly maxListed: number;
  readonly checkMaxAgeMs: number;
  readonly cacheSize: number;
}

export type CreditsAddPolicy = 'self' | 'admin';

export interface CreditsConfig {
  /** Who may add credits: everybody to their own balance, or administrators only. */
  readonly addPolicy: CreditsAddPolicy;
}

export interface VerificationConfig {
  /** Before a new account may sign in, in every protocol; a REST family may require it whatever this says. */
  readonly required: boolean;
  readonly codeTtlSeconds: number;
  readonly resetTtlSeconds: number;
  /** How long the owner of an old address can take a change of email back. */
  readonly emailUndoTtlSeconds: number;
  /** A link younger than this is mailed once more instead of being replaced. */
  readonly linkKeepSeconds: number;
  /** Accounts that were asked to verify their address and did not are deleted after this. */
  readonly unverifiedAccountSeconds: number;
}

/** The pages that the links in mails lead to. */
export interface PagesConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Whether the gateway serves them itself. */
  readonly hosted: boolean;
}

export type MailTransportKind = 'outbox' | 'smtp' | 'sendgrid';

export interface SmtpConfig {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte; `starttls` is demanded, not hoped for. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

export type MailTransportConfig =
  | { readonly kind: 'outbox'; readonly directory: string }
  | SmtpConfig
  | { readonly kind: 'sendgrid'; readonly apiKey: string; readonly url: string };

export interface MailConfig {
  readonly transport: MailTransportConfig;
  readonly fromAddress: string;
  readonly fromName: string;
  readonly serviceName: string;
  readonly templatesDir: string | undefined;
  readonly maxAttempts: number;
}

/** The figures of the rate limits: `GRAPHQL_LOGIN` is what RATE_LIMIT_GRAPHQL_LOGIN says. */
export type FigureName = keyof typeof rateVariables extends `RATE_LIMIT_${infer Name}` ? Name : never;

/** How failed logins slow down. */
export interface LoginGuardConfig {
  /** Failures of one address or known device at one account before delays begin. */
  readonly freeFailures: number;
  /** The same for all strangers to an account together. */
  readonly strangerFreeFailures: number;
  readonly maxDelaySeconds: number;
}

export interface RateLimitConfig {
  readonly enabled: boolean;
  /** Whether logins and password resets are refused while the counters' store is down. */
  readonly failClosed: boolean;
  readonly figures: Readonly<Record<FigureName, Rate>>;
  readonly login: LoginGuardConfig;
  /** Undefined: counters live with the data, in memory where that is embedded. */
  readonly redisUrl: string | undefined;
}

/** Who may read `/metrics`; with neither everybody, in production whoever is on the machine itself. */
export interface MetricsConfig {
  /** To be sent as bearer token; never logged. */
  readonly token: string | undefined;
  /** Where they are served instead of the service's own port. 0: any free port. */
  readonly port: number | undefined;
}

export interface RestConfig {
  /** Names of the services that came before this one, as those are served; who serves them knows which there are. */
  readonly families: 'all' | readonly string[];
}

/** Everything the environment decides, grouped by concern: a class receives the group it needs, not the whole. */
export interface Config {
  readonly environment: Environment;
  readonly isProduction: boolean;
  /** Others can reach the service, and NODE_ENV does not say what it is for. */
  readonly isExposedUnnamed: boolean;
  /** Whether whoever asks gets what is for developers, such as the mails. */
  readonly servesDevelopers: boolean;
  readonly serviceName: string;
  readonly dataDir: string;
  /** Processes that share the port. */
  readonly workers: number;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly breaker: BreakerConfig;
  readonly jwt: JwtConfig;
  readonly keys: KeysConfig;
  readonly oauth: OAuthConfig;
  readonly refreshToken: RefreshTokenConfig;
  readonly password: PasswordConfig;
  readonly hashing: HashingConfig;
  readonly sessions: SessionsConfig;
  readonly credits: CreditsConfig;
  readonly verification: VerificationConfig;
  readonly pages: PagesConfig;
  readonly mail: MailConfig;
  readonly graphql: GraphqlConfig;
  readonly rest: RestConfig;
  readonly metrics: MetricsConfig;
  readonly rateLimit: RateLimitConfig;
  readonly housekeeping: HousekeepingConfig;
  readonly logging: LoggingConfig;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingConfig | undefined;
  /** Of the environment: nothing reads them, and they look as if something should. */
  readonly unknownVariables: readonly UnknownVariable[];
}
