export type {
  BreakerConfig,
  Config,
  CreditsConfig,
  DatabaseConfig,
  DatabaseTarget,
  Environment,
  FigureName,
  GraphqlConfig,
  HashingConfig,
  HttpConfig,
  JwtAlgorithm,
  JwtConfig,
  KeysConfig,
  LoginGuardConfig,
  LogFormat,
  LoggingConfig,
  LogLevel,
  MailConfig,
  MailTransportConfig,
  MetricsConfig,
  PagesConfig,
  PasswordConfig,
  RateLimitConfig,
  RefreshTokenConfig,
  RefreshTokenDelivery,
  RestConfig,
  SessionsConfig,
  SmtpConfig,
  VerificationConfig,
} from './config';
export { ConfigurationError, type ConfigurationProblem } from './configuration-error';
export type { DatabaseTls } from './database-tls';
export { resolveDevelopmentSecret } from './development-secret';
export { readEnvironment } from './environment';
export { loadConfig } from './load-config';
export { makeDirectory } from './make-directory';
export { prepareDataDirectory, systemReason } from './places';
export { figureNames } from './rate-limits';
export { type Rate } from './rate';
export type { UnknownVariable } from './unknown-variables';
export { trustProxyOption, type TrustProxy } from './trust-proxy';
