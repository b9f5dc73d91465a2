export type {
  BreakerConfig,
  Config,
  CreditsConfig,
  DatabaseConfig,
  DatabaseTarget,
  Environment,
  GraphqlConfig,
  HashingConfig,
  HttpConfig,
  JwtAlgorithm,
  JwtConfig,
  LogFormat,
  LoggingConfig,
  LogLevel,
  MailConfig,
  MailTransportConfig,
  PagesConfig,
  PasswordConfig,
  RefreshTokenConfig,
  RefreshTokenDelivery,
  RestConfig,
  RestFamily,
  SessionsConfig,
  SmtpConfig,
  VerificationConfig,
} from './config';
export { ConfigurationError, type ConfigurationProblem } from './configuration-error';
export { resolveDevelopmentSecret } from './development-secret';
export { readEnvironment } from './environment';
export { loadConfig } from './load-config';
export { trustProxyOption, type TrustProxy } from './trust-proxy';
