import type { Config } from './config';
import { isMailboxProven, mailKinds, type MailPreparers } from './features/identity';
import { Housekeeper } from './infrastructure/housekeeping/housekeeper';
import { MailTemplates } from './infrastructure/mail/mail-templates';
import { MailWorker, type MailWorkerParts } from './infrastructure/mail/mail-worker';
import type { Database } from './infrastructure/database/database';
import type { Logger } from './infrastructure/telemetry/logger';
import type { Services } from './services';

/** Sends what the use cases queue; each mail with a secret is made by the service that knows what it proves. */
export async function createMailWorker(
  config: Config,
  services: Services,
  parts: Pick<MailWorkerParts, 'transport' | 'allowance' | 'clock' | 'logger'>,
  database: Database,
): Promise<MailWorker> {
  const templates = new MailTemplates(mailKinds, config.serviceName, config.mail.templatesDir);
  await templates.rehearse();
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
export function createHousekeeper(services: Services, logger: Logger): Housekeeper {
  const tasks = [
    { name: 'mails', removeBatch: () => services.outbox.deleteOld() },
    { name: 'unverified_accounts', removeBatch: () => services.unverified.purge() },
  ];
  return new Housekeeper(tasks, logger);
}
