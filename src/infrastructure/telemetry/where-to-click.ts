import type { Config } from '../../config';

/** Addresses that mean every one of this machine's, or itself: a browser here finds them all under one name. */
const THIS_MACHINE = /^(0\.0\.0\.0|127\.\d+\.\d+\.\d+|\[::\]|\[::1\])$/;

/**
 * Three lines for whoever started the server on a terminal.
 * @param address the URL that is listened on
 */
export function whereToClick(
  { servesDevelopers, graphql, mail }: Pick<Config, 'servesDevelopers' | 'graphql' | 'mail'>,
  address: string,
): string {
  const url = new URL(address);
  if (THIS_MACHINE.test(url.hostname)) url.hostname = 'localhost';
  const hasMailbox = servesDevelopers && mail.transport.kind === 'outbox';
  const lines = [
    ['Start here', '/'],
    graphql.hasIde ? ['GraphQL', '/graphiql'] : ['REST', '/docs'],
    hasMailbox ? ['Mailbox', '/dev/mailbox'] : ['Health', '/health'],
  ] as const;
  return lines.map(([what, path]) => `  ${what.padEnd(11)} ${new URL(path, url).href}\n`).join('');
}
