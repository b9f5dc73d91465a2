import type { OAuthClientConfig } from './token-types';
import { parsedBy, type Kind } from './kinds';

const MIN_SECRET_LENGTH = 32;
const MAX_CLIENTS = 1_000;
/** What needs no encoding in HTTP Basic, whichever rule of encoding a client follows. */
const CLIENT = /^(?<id>[A-Za-z0-9._~-]{1,100}):(?<secret>[\x21-\x2b\x2d-\x7e]+)$/;

/** `id:secret` pairs; no id twice. */
export const oauthClients: Kind<readonly OAuthClientConfig[]> = {
  schema: parsedBy((text, explain) => {
    const entries = text.split(/[,\r\n]/).map((entry) => entry.trim());
    const clients = entries.filter((entry) => entry !== '').map(parseClient);
    if (!clients.every((client) => client !== undefined) || clients.length > MAX_CLIENTS) return undefined;
    if (new Set(clients.map(({ id }) => id)).size < clients.length) explain('must name each client once');
    else if (clients.some(({ secret }) => secret.length < MIN_SECRET_LENGTH))
      explain(`must have secrets of at least ${MIN_SECRET_LENGTH} characters`);
    else return clients;
    return undefined;
  }),
  rule: `a list of id:secret pairs; ids of letters, digits and . _ ~ -, secrets of at least ${MIN_SECRET_LENGTH} printable ASCII characters without commas`,
};

function parseClient(entry: string): OAuthClientConfig | undefined {
  const { id, secret } = CLIENT.exec(entry)?.groups ?? {};
  return id === undefined || secret === undefined ? undefined : { id, secret };
}
