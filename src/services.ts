import type { Config } from './config';
import { AccountAdministration, AccountService, UnverifiedAccounts } from './features/account';
import { AccountMails, EmailUndos, OneTimeTokens } from './features/identity';
import { AccountChanges, Credentials } from './features/sign-in';
import { CreditService } from './features/credit';
import { PasswordResetService, PasswordService } from './features/password';
import {
  Authenticator,
  RecentAddresses,
  Renewal,
  Rotations,
  SessionEnds,
  SessionRegistry,
  SessionService,
} from './features/sign-in';
import { EndedSessions, RevocationFeed, TokenIntrospection, TokenRevocation } from './features/tokens';
import { EmailChangeService, EmailUndoService, VerificationService } from './features/verification';
import type { Clock } from './foundation/clock';
import { Links } from './foundation/links';
import { DeviceNotes } from './infrastructure/crypto/device-notes';
import type { Keys } from './infrastructure/crypto/keys';
import { OneTimeSecrets } from './infrastructure/crypto/one-time-secrets';
import type { PasswordHasher } from './infrastructure/crypto/password-hasher';
import { TokenSigner } from './infrastructure/crypto/token-signer';
import type { Database } from './infrastructure/database/database';
import { MailOutbox } from './infrastructure/mail/outbox';
import { logSecurityEvents } from './infrastructure/events/event-log';
import { countSecurityEvents } from './infrastructure/events/event-metrics';
import { signalSecurityEvents, type LiveSignals } from './infrastructure/events/live-signals';
import { SecurityEvents } from './infrastructure/events/security-events';
import type { LoginGuard } from './infrastructure/rate-limit/login-guard';
import type { RateLimiter } from './infrastructure/rate-limit/rate-limiter';
import type { TokenKeys } from './infrastructure/signing-keys';
import type { Logger } from './infrastructure/telemetry/logger';
import type { Metrics } from './infrastructure/telemetry/metrics';

/** What the use cases stand on. */
export interface Platform {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly guard: LoginGuard;
  readonly limiter: RateLimiter;
  readonly metrics: Metrics;
  /** Undefined where nobody can wait for anything. */
  readonly signals: LiveSignals | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What every key but those that sign tokens comes from. */
  readonly keys: Keys;
  readonly tokenKeys: TokenKeys;
}

export interface Services {
  readonly outbox: MailOutbox;
  readonly sessions: SessionService;
  readonly authenticator: Authenticator;
  readonly renewal: Renewal;
  readonly credits: CreditService;
  readonly accounts: AccountService;
  readonly passwords: PasswordService;
  readonly verifications: VerificationService;
  readonly emailChanges: EmailChangeService;
  readonly emailUndos: EmailUndoService;
  readonly resets: PasswordResetService;
  readonly administration: AccountAdministration;
  readonly unverified: UnverifiedAccounts;
  readonly introspection: TokenIntrospection;
  readonly revocation: TokenRevocation;
  readonly endedSessions: EndedSessions;
  readonly revocationFeed: RevocationFeed;
  readonly tokenKeys: TokenKeys;
}

/** The use cases, which every protocol shares. */
export function wireServices(
  config: Config,
  { database, hasher, guard, limiter, metrics, signals, logger, clock, keys, tokenKeys }: Platform,
): Services {
  const { password: rule, verification } = config;
  const outbox = new MailOutbox(database, clock);
  const mails = new AccountMails(outbox);
  const events = new SecurityEvents();
  events.listenInUnit((em, event) => mails.tell(em, event));
  events.listen(logSecurityEvents(logger));
  events.listen(countSecurityEvents(metrics));
  if (signals) events.listen(signalSecurityEvents(signals));
  const signer = new TokenSigner(config.jwt, keys, tokenKeys, clock);
  const devices = new DeviceNotes(keys);
  const addresses = new RecentAddresses(database, clock);
  const credentials = new Credentials({
    ...{ database, hasher, limiter, guard, devices, addresses, events, logger },
  });
  const registry = new SessionRegistry(database, config.sessions, clock);
  const { refreshToken: refreshTokens, sessions: limits } = config;
  const rotations = new Rotations({ database, signer, refreshTokens, limits, clock });
  const ends = new SessionEnds(database, events, clock);
  const sessions = new SessionService({
    ...{ database, credentials, registry, signer, rotations, ends, limits, events, clock },
  });
  const secrets = new OneTimeSecrets(keys);
  const tokens = new OneTimeTokens(secrets, clock);
  const changes = new AccountChanges(tokens, events, clock);
  const proofs = {
    tokens,
    undos: new EmailUndos(secrets, verification, clock),
    mails,
    links: new Links(config.pages.baseUrl, config.http.publicUrl),
    config: verification,
  };
  const authenticator = new Authenticator(signer, registry);
  const endedSessions = new EndedSessions(database, config.jwt.accessTokenTtlSeconds * 1000, clock);
  return {
    outbox,
    sessions,
    authenticator,
    renewal: new Renewal(authenticator, sessions, database, config.sessions, clock),
    credits: new CreditService(database, events, config.credits, clock),
    accounts: new AccountService({
      ...{ database, registry, hasher, credentials, sessions, changes, events, verification, clock },
      passwordRule: rule,
    }),
    passwords: new PasswordService(database, changes, hasher, credentials, rule),
    verifications: new VerificationService(database, changes, events, proofs, limiter),
    emailChanges: new EmailChangeService(database, changes, credentials, proofs, clock),
    emailUndos: new EmailUndoService(database, changes, hasher, proofs),
    resets: new PasswordResetService({ database, changes, events, hasher, proofs, passwordRule: rule }),
    administration: new AccountAdministration(database, hasher, changes, rule, clock),
    unverified: new UnverifiedAccounts(database, changes, verification, clock),
    introspection: new TokenIntrospection(authenticator, config.jwt),
    revocation: new TokenRevocation(authenticator, ends),
    endedSessions,
    revocationFeed: new RevocationFeed(endedSessions, config.oauth),
    tokenKeys,
  };
}
