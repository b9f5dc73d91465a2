export { isSecretAlgorithm } from './algorithms';
export { PLACEHOLDER, type ClaimPlaceholder } from './claims-template';
export type {
  BreakerConfig,
  Config,
  CreditsConfig,
  DatabaseConfig,
  DatabaseTarget,
  Environment,
  FigureName,
  HashingConfig,
  KeysConfig,
  LoginGuardConfig,
  MailConfig,
  MailTransportConfig,
  MetricsConfig,
  PagesConfig,
  PasswordConfig,
  PoolMode,
  RateLimitConfig,
  RefreshTokenConfig,
  RefreshTokenDelivery,
  ReplicaTarget,
  RestConfig,
  SessionsConfig,
  SmtpConfig,
  VerificationConfig,
} from './config';
export type {
  HousekeepingConfig,
  LogFileConfig,
  LogFormat,
  LoggingConfig,
  LogLevel,
  LogstashConfig,
  SentryConfig,
  TracingConfig,
} from './operations-config';
export { ConfigurationError, type ConfigurationProblem } from './configuration-error';
export type { DatabaseTls } from './database-tls';
export { resolveDevelopmentSecret } from './development-secret';
export { readEnvironment } from './environment';
export type { HttpConfig, TlsConfig } from './http-config';
export type {
  FederationConfig,
  GraphqlConfig,
  PersistedOperationsConfig,
  SubscriptionsConfig,
} from './graphql-settings';
export { loadConfig } from './load-config';
export { makeDirectory } from './make-directory';
export { prepareDataDirectory, systemReason } from './places';
export { parseRedisUrl, type RedisTarget } from './redis-url';
export { figureNames } from './rate-limits';
export { type Rate } from './rate';
export type { UnknownVariable } from './variable';
export type {
  ClaimsConfig,
  JsonValue,
  JwtConfig,
  KeyPairAlgorithm,
  OAuthClientConfig,
  OAuthConfig,
  SecretAlgorithm,
} from './token-types';
export { trustProxyOption, type TrustProxy } from './trust-proxy';
