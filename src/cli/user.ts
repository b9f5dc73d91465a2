import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { loadConfig, readEnvironment } from '../config';
import { complain, perform, print } from './operator-program';
import { parseUserCommand, USAGE } from './user-command';

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
  await perform(config, request);
}

/** Passwords of several lines are nobody's wish; the line's end belongs to `echo`. */
async function firstLine(): Promise<string> {
  return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? '';
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = complain(error, USAGE);
});
