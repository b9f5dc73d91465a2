import type { KeyAdministration, ListedKey } from '../infrastructure/signing-keys';
import type { KeyCommand } from './admin-command';

/** @throws AppError as the use case */
export async function runKeyCommand(
  command: KeyCommand,
  keys: KeyAdministration,
  print: (output: string) => void,
): Promise<void> {
  switch (command.name) {
    case 'keys-list':
      print(lineOf('kid', 'algorithm', 'state', 'made', 'signs from', 'ends'));
      for (const key of await keys.list()) print(keyLine(key));
      return;
    case 'keys-rotate': {
      const { kid, activeAt } = await keys.rotate(command.inSeconds);
      print(`${kid} is published, and signs from ${activeAt.toISOString()}.\n`);
      return;
    }
    case 'keys-retire':
      await keys.retire(command.kid);
      print(`${command.kid} is retired: no token that it signed is taken any more.\n`);
  }
}

function keyLine({ kid, algorithm, state, createdAt, activeAt, endsAt }: ListedKey): string {
  const times = [createdAt, activeAt, endsAt].map((time) => time?.toISOString() ?? '-');
  return lineOf(kid, algorithm, state, ...times);
}

function lineOf(...fields: readonly string[]): string {
  return `${fields.join('\t')}\n`;
}
