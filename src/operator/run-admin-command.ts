import { AppError } from '../errors';
import type { AccountAdministration } from '../features/account';
import type { User } from '../features/identity';
import type { Session } from '../features/sign-in';
import type { KeyAdministration } from '../infrastructure/signing-keys';
import type { AdminRequest } from './admin-command';
import { runKeyCommand } from './run-key-command';

export type Print = (output: string) => void;

/** What operators can do. */
export interface Administration {
  readonly accounts: AccountAdministration;
  readonly keys: KeyAdministration;
}

/** Does one command, and prints its result for people and for `cut`. @throws AppError as the command's use case */
export async function runAdminCommand(
  { command, password }: AdminRequest,
  { accounts: administration, keys }: Administration,
  print: Print,
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
    case 'show':
      print(factsOf(await administration.find(command.identifier)));
      return;
    case 'sessions':
      print(tabbed('id', 'opened', 'last used', 'ends', 'address', 'opened by', 'user agent'));
      for (const one of await administration.sessionsOf(command.identifier)) print(sessionLine(one));
      return;
    case 'list':
      print(tabbed('id', 'email', 'username', 'role', 'state', 'created'));
      for await (const user of administration.list()) print(userLine(user));
      return;
    case 'keys-list':
    case 'keys-rotate':
    case 'keys-retire':
      return runKeyCommand(command, keys, print);
    default:
      // From another version's client.
      throw new AppError('BAD_REQUEST', { message: 'The server does not know this command' });
  }
}

/** Why a command was not done, for people. */
export function reasonOf(error: unknown): string {
  if (error instanceof AppError && error.details)
    return error.details.map(({ field, message }) => `${field} ${message}`).join('\n');
  if (error instanceof AppError) return error.message;
  return `Not done: ${error instanceof Error ? error.message : String(error)}`;
}

function nameOf(user: User): string {
  return `${user.email ?? user.username ?? ''} (id ${user.id})`;
}

function stateOf(user: User): string {
  if (user.isActive) return 'active';
  return user.awaitsVerification ? 'awaits verification' : 'disabled';
}

function userLine(user: User): string {
  const { id, email, username, role, isActive, createdAt } = user;
  const state = isActive ? 'active' : 'disabled';
  return tabbed(String(id), email ?? '-', username ?? '-', role, state, createdAt.toISOString());
}

function factsOf(user: User): string {
  const facts: [string, string | null | undefined][] = [
    ['id', String(user.id)],
    ['email', user.email],
    ['email verified', user.isEmailVerified ? 'yes' : 'no'],
    ['pending email', user.pendingEmail],
    ['username', user.username],
    ['name', user.fullName ?? ([user.firstName, user.lastName].filter(Boolean).join(' ') || null)],
    ['role', user.role],
    ['state', stateOf(user)],
    ['created', user.createdAt.toISOString()],
    ['registered from', user.registeredFrom],
    ['last login', user.lastLoginAt?.toISOString()],
  ];
  return facts.map(([name, value]) => tabbed(name, value ?? '-')).join('');
}

function sessionLine(session: Session): string {
  const { id, createdAt, lastUsedAt, expiresAt, ipAddress, openedBy, userAgent } = session;
  const times = [createdAt, lastUsedAt, expiresAt].map((time) => time.toISOString());
  return tabbed(id, ...times, ipAddress, openedBy ?? '-', userAgent ?? '-');
}

/** Names and user agents are other people's: nothing in them ends a field, or speaks to the terminal. */
function tabbed(...fields: readonly string[]): string {
  return `${fields.map((field) => field.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?')).join('\t')}\n`;
}
