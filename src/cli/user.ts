import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { ConfigurationError, loadConfig, readEnvironment, type Config } from '../config';
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
import { MailOutbox } from '../infrastructure/mail/outbox';
import { openDatabase } from '../infrastructure/database/orm';
import { SecurityEvents } from '../infrastructure/events/security-events';
import { createCommandLogger } from '../infrastructure/telemetry/logger';
import { askRunningServer, NotDoneError } from '../operator/admin-client';
import { reasonOf, runAdminCommand } from '../operator/run-admin-command';
import { parseUserCommand, USAGE, UsageError } from './user-command';

async function main(args: readonly string[]): Promise<void> {
  const command = parseUserCommand(args);
  if (command.name === 'help') {
    print(USAGE);
    return;
  }
  // No token is signed here, so no development secret is made either.
  const config = loadConfig(readEnvironment(), () => '');
  const isPasswordFromStdin = 'isPasswordFromStdin' in command && command.isPasswordFromStdin;
  const password = isPasswordFromStdin ? await firstLine() : undefined;
  const request = { command, password };
  const isEmbedded = config.database.kind === 'embedded';
  if (isEmbedded && (await askRunningServer(config.dataDir, request, print))) return;
  await withAdministration(config, (administration) => runAdminCommand(request, administration, print));
}

/** The same parts as in app.ts, as far as a command needs them. */
async function withAdministration(
  config: Config,
  work: (administration: AccountAdministration) => Promise<void>,
): Promise<void> {
  const logger = createCommandLogger();
  const opened = await openDatabase(config.database, config.breaker, entities, logger);
  const database = new Database(opened.orm, config.breaker, logger);
  const hasher = new PasswordHasher({ ...config.hashing, concurrency: 1 });
  const mails = new AccountMails(new MailOutbox(database, systemClock));
  const events = new SecurityEvents();
  events.listenInUnit((em, event) => mails.tell(em, event));
  const tokens = new OneTimeTokens(new OneTimeSecrets(new Keys(config.keys)), systemClock);
  const changes = new AccountChanges(tokens, events, systemClock);
  try {
    await work(new AccountAdministration(database, hasher, changes, config.password, systemClock));
  } finally {
    await hasher.close();
    database.close();
    await opened.close();
  }
}

/** Passwords of several lines are nobody's wish; the line's end belongs to `echo`. */
async function firstLine(): Promise<string> {
  return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? '';
}

function print(output: string): void {
  process.stdout.write(output);
}

function complain(error: unknown): number {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (error instanceof EmbeddedDatabaseInUseError) say(`${error.message}\nNothing was changed.`);
  else if (error instanceof NotDoneError || error instanceof ConfigurationError) say(error.message);
  else say(reasonOf(error));
  return 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = complain(error);
});
