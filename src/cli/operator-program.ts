import { ConfigurationError, type Config } from '../config';
import { entities } from '../entities';
import { AccountAdministration } from '../features/account';
import { AccountMails, OneTimeTokens } from '../features/identity';
import { AccountChanges } from '../features/sign-in';
import { systemClock } from '../foundation/clock';
import { Keys } from '../infrastructure/crypto/keys';
import { OneTimeSecrets } from '../infrastructure/crypto/one-time-secrets';
import { PasswordHasher } from '../infrastructure/crypto/password-hasher';
import { Database } from '../infrastructure/database/database';
import { EmbeddedDatabaseInUseError } from '../infrastructure/database/embedded';
import { openDatabase } from '../infrastructure/database/orm';
import { signalSecurityEvents } from '../infrastructure/events/live-signals';
import { CommandSignals } from '../infrastructure/events/peer-signals';
import { SecurityEvents } from '../infrastructure/events/security-events';
import { MailOutbox } from '../infrastructure/mail/outbox';
import { openTokenKeys } from '../infrastructure/signing-keys';
import { createCommandLogger } from '../infrastructure/telemetry/logger';
import { askRunningServer, NotDoneError } from '../operator/admin-client';
import type { AdminRequest } from '../operator/admin-command';
import { reasonOf, runAdminCommand, type Administration } from '../operator/run-admin-command';
import { UsageError } from './usage-error';

/** Does what an operator asks for: here, or by the server that has the embedded database open. */
export async function perform(config: Config, request: AdminRequest): Promise<void> {
  const isEmbedded = config.database.kind === 'embedded';
  if (isEmbedded && (await askRunningServer(config.dataDir, request, print))) return;
  await withAdministration(config, (administration) => runAdminCommand(request, administration, print));
}

/** The same parts as in app.ts, as far as a command needs them. */
async function withAdministration(
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

export function print(output: string): void {
  process.stdout.write(output);
}

/** Tells why a command was not done. @returns the exit code */
export function complain(error: unknown, usage: string): number {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (error instanceof EmbeddedDatabaseInUseError) say(`${error.message}\nNothing was changed.`);
  else if (error instanceof NotDoneError || error instanceof ConfigurationError) say(error.message);
  else say(reasonOf(error));
  return 1;
}
