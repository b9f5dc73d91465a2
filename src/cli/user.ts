import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { ConfigurationError, loadConfig, readEnvironment, type Config } from '../config';
import { entities } from '../entities';
import { AppError } from '../errors';
import { AccountAdministration } from '../features/account';
import { AccountMails, OneTimeTokens, type User } from '../features/identity';
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
import { parseUserCommand, USAGE, UsageError, type UserCommand } from './user-command';

type Work = Exclude<UserCommand, { name: 'help' }>;

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
  await withAdministration(config, (administration) => run(command, administration, password));
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
    await work(new AccountAdministration(database, hasher, changes, config.password));
  } finally {
    await hasher.close();
    database.close();
    await opened.close();
  }
}

async function run(
  command: Work,
  administration: AccountAdministration,
  password: string | undefined,
): Promise<void> {
  switch (command.name) {
    case 'create': {
      const created = await administration.create({ ...command, password });
      print(`Created ${nameOf(created.user)} with the role ${created.user.role}.\n`);
      if (password === undefined) print(`Password: ${created.password}\n`);
      return;
    }
    case 'promote':
    case 'demote': {
      const { user, before } = await administration.setRole(command.identifier, command.role);
      print(`${nameOf(user)} is ${user.role} now, and was ${before}.\n`);
      return;
    }
    case 'disable': {
      const { user, endedSessions } = await administration.disable(command.identifier);
      print(`${nameOf(user)} is disabled. Sessions ended: ${endedSessions}.\n`);
      return;
    }
    case 'set-password': {
      const changed = await administration.setPassword(command.identifier, password);
      print(`${nameOf(changed.user)} has a new password, and every session ended.\n`);
      if (password === undefined) print(`Password: ${changed.password}\n`);
      return;
    }
    case 'delete':
      print(`${nameOf(await administration.delete(command.identifier))} is deleted.\n`);
      return;
    case 'enable':
      print(`${nameOf(await administration.enable(command.identifier))} is enabled.\n`);
      return;
    case 'list':
      print(['id', 'email', 'username', 'role', 'state', 'created'].join('\t') + '\n');
      for await (const user of administration.list()) print(lineOf(user));
  }
}

function nameOf(user: User): string {
  return `${user.email ?? user.username ?? ''} (id ${user.id})`;
}

function lineOf(user: User): string {
  const { id, email, username, role, isActive, createdAt } = user;
  const state = isActive ? 'active' : 'disabled';
  return [id, email ?? '-', username ?? '-', role, state, createdAt.toISOString()].join('\t') + '\n';
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
  if (error instanceof AppError && error.details) {
    for (const { field, message } of error.details) say(`${field} ${message}`);
  } else if (error instanceof EmbeddedDatabaseInUseError) {
    say(`${error.message}\nNothing was changed.`);
  } else if (error instanceof AppError || error instanceof ConfigurationError) {
    say(error.message);
  } else {
    say(`Not done: ${error instanceof Error ? error.message : String(error)}`);
  }
  return 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = complain(error);
});
