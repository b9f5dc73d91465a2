import type { Config } from '../config';
import { entities } from '../entities';
import { AccountAdministration } from '../features/account';
import { AccountMails, OneTimeTokens } from '../features/identity';
import { AccountChanges } from '../features/sign-in';
import { systemClock } from '../foundation/clock';
import { Keys } from '../infrastructure/crypto/keys';
import { OneTimeSecrets } from '../infrastructure/crypto/one-time-secrets';
import { PasswordHasher } from '../infrastructure/crypto/password-hasher';
import { Database } from '../infrastructure/database/database';
import { openDatabase } from '../infrastructure/database/orm';
import { signalSecurityEvents } from '../infrastructure/events/live-signals';
import { CommandSignals } from '../infrastructure/events/peer-signals';
import { SecurityEvents } from '../infrastructure/events/security-events';
import { MailOutbox } from '../infrastructure/mail/outbox';
import { openTokenKeys } from '../infrastructure/signing-keys';
import { createCommandLogger } from '../infrastructure/telemetry/logger';
import type { Administration } from '../operator/run-admin-command';

/** The same parts as in app.ts, as far as a command needs them. */
export async function withAdministration(
  config: Config,
  work: (administration: Administration) => Promise<void>,
): Promise<void> {
  const logger = createCommandLogger();
  const opened = await openDatabase(config.database, config.breaker, entities, logger);
  const database = new Database(opened.orm, config.breaker, logger, config.database.poolMode);
  const hasher = new PasswordHasher({ ...config.hashing, concurrency: 1 });
  const mails = new AccountMails(new MailOutbox(database, systemClock));
  const events = new SecurityEvents();
  const signals = new CommandSignals();
  events.listen(signalSecurityEvents(signals));
  events.listenInUnit((em, event) => mails.tell(em, event));
  const keys = new Keys(config.keys);
  const tokens = new OneTimeTokens(new OneTimeSecrets(keys), systemClock);
  const changes = new AccountChanges(tokens, events, systemClock);
  try {
    const accounts = new AccountAdministration(database, hasher, changes, config.password, systemClock);
    const keyParts = { database, keys, recentReads: config.sessions, clock: systemClock, logger };
    const { keyAdministration } = openTokenKeys(config.jwt, keyParts);
    await work({ accounts, keys: keyAdministration });
    if (config.database.kind === 'postgresql') await signals.send(database);
  } finally {
    await hasher.close();
    database.close();
    await opened.close();
  }
}
