/** Nobody's. */
const NO_KEY = '';

/** The thumbprint of a key, as our own tokens name it. */
const KEY_ID = /^[A-Za-z0-9_-]{43}$/;

/**
 * Which key pair a token says that it was signed by; undefined for a token that names none. It is a name to be looked up
 * among our own keys and nothing else of the header is believed: neither its algorithm, nor a key or an address in it.
 */
export function keyIdOf(token: string): string | undefined {
  const kid = headerOf(token)?.['kid'];
  if (kid === undefined) return undefined;
  return typeof kid === 'string' && KEY_ID.test(kid) ? kid : NO_KEY;
}

function headerOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString(),
    );
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
