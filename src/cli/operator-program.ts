import { ConfigurationError, type Config } from '../config';
import { EmbeddedDatabaseInUseError } from '../infrastructure/database/embedded';
import { askRunningServer, NotDoneError } from '../operator/admin-client';
import type { AdminRequest } from '../operator/admin-command';
import { reasonOf, runAdminCommand } from '../operator/run-admin-command';
import type * as administrations from './administration';
import { UsageError } from './usage-error';

/** Does what an operator asks for: here, or by the server that has the embedded database open. */
export async function perform(config: Config, request: AdminRequest): Promise<void> {
  const isEmbedded = config.database.kind === 'embedded';
  if (isEmbedded && (await askRunningServer(config.dataDir, request, print))) return;
  const { withAdministration } = require('./administration') as typeof administrations;
  await withAdministration(config, (administration) => runAdminCommand(request, administration, print));
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
