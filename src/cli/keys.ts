import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadConfig, readEnvironment } from '../config';
import type { KeyCommand } from '../operator/admin-command';
import { complain, perform, print } from './operator-program';
import { UsageError } from './usage-error';

/** Longer than anybody may rely on what jwks.json said (five minutes). */
const DEFAULT_NOTICE_SECONDS = 360;

const USAGE = `Manages the key pairs that sign access tokens (JWT_ALGORITHM=ES256, RS256 or PS256).

  npm run keys -- list
  npm run keys -- rotate [--in <seconds>]
  npm run keys -- retire <kid>

list     prints one line a key, fields separated by tabs: next, signing, verifying (until its last token
         ends), retired or ended.
rotate   publishes the next key, which signs from then on (${DEFAULT_NOTICE_SECONDS} seconds from now): so long others may keep what
         they read at /.well-known/jwks.json. Nobody is signed out. With --in 0 it signs at once.
retire   ends a key that somebody may have stolen: no token that it signed is taken any more, on every node
         at once. Another key takes its place; clients refresh.

The settings are the server's: its environment and the .env of this directory. The server may be running.
Exit codes: 0 done, 1 not done, 2 wrong usage. Results go to the standard output, all else to the standard error.
`;

/** `npm run keys` */
async function main(args: string[]): Promise<void> {
  const command = parse(args);
  if (command === 'help') print(USAGE);
  else await perform(loadConfig(readEnvironment()), { command });
}

/** @throws UsageError */
function parse(args: string[]): KeyCommand | 'help' {
  const { positionals, values } = read(args);
  const [name, operand, ...more] = positionals;
  if (values.help || name === 'help') return 'help';
  if (values.in !== undefined && name !== 'rotate') throw new UsageError('only rotate takes --in');
  if (more.length > 0 || (operand !== undefined && name !== 'retire'))
    throw new UsageError('there are too many arguments');
  switch (name) {
    case 'list':
      return { name: 'keys-list' };
    case 'rotate':
      return { name: 'keys-rotate', inSeconds: secondsOf(values.in) };
    case 'retire':
      if (operand === undefined) throw new UsageError('exactly one argument is needed: the kid of a key');
      return { name: 'keys-retire', kid: operand };
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`there is no command "${name}"`);
  }
}

function read(args: string[]): { positionals: string[]; values: { help?: boolean; in?: string } } {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, in: { type: 'string' } } as const;
    return parseArgs({ args: endOfOptions(args), allowPositionals: true, options });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** One key in 64 has an id that begins like an option. */
function endOfOptions(args: string[]): string[] {
  const [name, operand = ''] = args;
  return name === 'retire' && /^-[\w-]{42}$/.test(operand) ? [name, '--', ...args.slice(1)] : args;
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_NOTICE_SECONDS;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError('--in must be a number of seconds');
  return Number(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = complain(error, USAGE);
});
