import { parseArgs } from 'node:util';
import type { UserRole } from '../foundation/viewer';
import type { AdminCommand, KeyCommand } from '../operator/admin-command';
import { UsageError } from './usage-error';

export const USAGE = `Manages accounts on the configured database.

  npm run user -- create <email> [--username <name>] [--role user|moderator|admin] [--password-stdin]
  npm run user -- promote <email or username> [--role moderator|admin]
  npm run user -- demote <email or username> [--role user|moderator]
  npm run user -- disable <email or username>
  npm run user -- enable <email or username>
  npm run user -- set-password <email or username> [--password-stdin]
  npm run user -- delete <email or username>
  npm run user -- show <email or username>
  npm run user -- sessions <email or username>
  npm run user -- list

create   makes an account; its email address counts as verified. The password is the first line of the
         standard input with --password-stdin, otherwise it is generated and printed this once.
promote  makes an administrator, or with --role a moderator.
demote   takes every right away, or with --role leaves those of a moderator.
disable  closes the account and ends all its sessions, on every node at once.
enable   opens it again; its owner signs in anew.
set-password
         gives an account a new password and ends all its sessions; the owner is told by mail. The password is
         the first line of the standard input with --password-stdin, otherwise it is generated and printed once.
delete   removes an account with everything that belongs to it, credits included.
show     prints what is known of an account, a line for each fact.
sessions prints its live sessions, one a line, the latest used first; fields are separated by tabs.
list     prints one line an account, its fields separated by tabs.

The settings are the server's: its environment and the .env of this directory. The server may be running: on
the embedded database, which has room for one process, the command is done by that server.
Exit codes: 0 done, 1 not done, 2 wrong usage. Results go to the standard output, all else to the standard error.
`;

export type UserCommand = { readonly name: 'help' } | Exclude<AdminCommand, KeyCommand>;

interface Options {
  readonly help?: boolean;
  readonly username?: string;
  readonly role?: string;
  readonly 'password-stdin'?: boolean;
}

/** @throws UsageError */
export function parseUserCommand(args: readonly string[]): UserCommand {
  const { positionals, values } = parse(args);
  const [name, ...operands] = positionals;
  if (values.help || name === 'help') return { name: 'help' };
  switch (name) {
    case 'create':
      allowOptions(name, values, 'username', 'role', 'password-stdin');
      return {
        name,
        email: only(operands, 'an email address'),
        username: values.username,
        role: roleOf(values.role ?? 'user', ['user', 'moderator', 'admin']),
        isPasswordFromStdin: values['password-stdin'] ?? false,
      };
    case 'promote':
      allowOptions(name, values, 'role');
      return {
        name,
        identifier: only(operands, WHO),
        role: roleOf(values.role ?? 'admin', ['moderator', 'admin']),
      };
    case 'demote':
      allowOptions(name, values, 'role');
      return {
        name,
        identifier: only(operands, WHO),
        role: roleOf(values.role ?? 'user', ['user', 'moderator']),
      };
    case 'set-password':
      allowOptions(name, values, 'password-stdin');
      return {
        name,
        identifier: only(operands, WHO),
        isPasswordFromStdin: values['password-stdin'] ?? false,
      };
    case 'show':
    case 'sessions':
    case 'disable':
    case 'enable':
    case 'delete':
      allowOptions(name, values);
      return { name, identifier: only(operands, WHO) };
    case 'list':
      allowOptions(name, values);
      if (operands.length > 0) throw new UsageError('list takes no argument');
      return { name };
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`there is no command "${name}"`);
  }
}

const WHO = 'an email address or a username';

function parse(args: readonly string[]): { positionals: string[]; values: Options } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        username: { type: 'string' },
        role: { type: 'string' },
        'password-stdin': { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function allowOptions(command: string, values: Options, ...allowed: (keyof Options)[]): void {
  const wrong = (Object.keys(values) as (keyof Options)[]).find((option) => !allowed.includes(option));
  if (wrong) throw new UsageError(`${command} takes no option --${wrong}`);
}

function only(operands: readonly string[], what: string): string {
  const [operand] = operands;
  if (operand === undefined || operands.length > 1)
    throw new UsageError(`exactly one argument is needed: ${what}`);
  return operand;
}

function roleOf(input: string, allowed: readonly UserRole[]): UserRole {
  const role = allowed.find((candidate) => candidate === input);
  if (!role) throw new UsageError(`--role must be one of ${allowed.join(', ')}`);
  return role;
}
