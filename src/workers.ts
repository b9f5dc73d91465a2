import type { Config } from './config';
import { isMailboxProven, mailKinds, OldProofs, type MailPreparers } from './features/identity';
import { OldSessions } from './features/sign-in';
import type { Clock } from './foundation/clock';
import { Housekeeper, leaseSeconds } from './infrastructure/housekeeping/housekeeper';
import { Lease } from './infrastructure/housekeeping/lease';
import { MailTemplates } from './infrastructure/mail/mail-templates';
import { MailWorker, type MailWorkerParts } from './infrastructure/mail/mail-worker';
import { OldMails } from './infrastructure/mail/outbox';
import { OldCounters } from './infrastructure/rate-limit/old-counters';
import type { Metrics } from './infrastructure/telemetry/metrics';
import type { Database } from './infrastructure/database/database';
import type { Logger } from './infrastructure/telemetry/logger';
import type { Services } from './services';

/** Sends what the use cases queue; each mail with a secret is made by the service that knows what it proves. */
export async function createMailWorker(
  config: Config,
  services: Services,
  parts: Pick<MailWorkerParts, 'transport' | 'allowance' | 'clock' | 'logger' | 'observer'>,
  database: Database,
): Promise<MailWorker> {
  const templates = new MailTemplates(mailKinds, config.serviceName, config.mail.templatesDir);
  // Ours are rehearsed by the tests; an operator's may be wrong, and better the start fails than a mail.
  if (config.mail.templatesDir !== undefined) await templates.rehearse();
  const preparers: MailPreparers = {
    verification_code: (payload) => services.verifications.prepareCode(payload),
    password_reset: (payload, queuedAt) => services.resets.prepareLink(payload, queuedAt),
    email_change: (payload, queuedAt) => services.emailChanges.prepareLink(payload, queuedAt),
    email_change_requested: (payload) => services.emailUndos.prepareNotice(payload),
    email_changed: (payload) => services.emailUndos.prepareNotice(payload),
  };
  return new MailWorker({
    kinds: mailKinds,
    preparers,
    isProven: (address) => database.read((em) => isMailboxProven(em, address, parts.clock.now())),
    outbox: services.outbox,
    templates,
    ...parts,
    config: config.mail,
  });
}

/** Removes what nobody needs any more. */
export function createHousekeeper(
  config: Pick<Config, 'housekeeping' | 'sessions'>,
  { unverified, endedSessions }: Pick<Services, 'unverified' | 'endedSessions'>,
  { database, clock, logger, metrics }: HousekeeperPlatform,
): Housekeeper {
  const { housekeeping } = config;
  const sessions = new OldSessions(database, config.sessions, housekeeping, clock);
  const proofs = new OldProofs(database, housekeeping, clock);
  const mails = new OldMails(database, housekeeping, clock);
  const counters = new OldCounters(database, clock);
  const tasks = [
    { name: 'rate_limits', removeBatch: (limit: number) => counters.remove(limit) },
    // Before sessions, which take their tokens along: of those few are left then.
    { name: 'refresh_tokens', removeBatch: (limit: number) => sessions.removeSpentTokens(limit) },
    { name: 'sessions', removeBatch: (limit: number) => sessions.removeSessions(limit) },
    { name: 'one_time_tokens', removeBatch: (limit: number) => proofs.removeTokens(limit) },
    { name: 'email_undos', removeBatch: (limit: number) => proofs.removeEmailUndos(limit) },
    { name: 'mails', removeBatch: (limit: number) => mails.remove(limit) },
    { name: 'ended_sessions', removeBatch: (limit: number) => endedSessions.forgetOld(limit) },
    { name: 'unverified_accounts', removeBatch: (limit: number) => unverified.purge(limit) },
  ];
  const lease = new Lease(database, 'housekeeping', leaseSeconds(housekeeping));
  return new Housekeeper({ tasks, lease, config: housekeeping, logger, observer: metrics.housekeeping });
}

interface HousekeeperPlatform {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
