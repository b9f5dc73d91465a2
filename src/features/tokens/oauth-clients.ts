import { createHash, timingSafeEqual } from 'node:crypto';
import type { OAuthClientConfig } from '../../config';
import { AppError } from '../../errors';

/** A service that has proven which one it is. */
export interface OAuthClient {
  readonly id: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** Services that may ask about tokens, by HTTP Basic (RFC 6749, 2.3.1). */
export class OAuthClients {
  readonly #digests: ReadonlyMap<string, Buffer>;

  constructor(clients: readonly OAuthClientConfig[]) {
    this.#digests = new Map(clients.map(({ id, secret }) => [id, digestOf(secret)]));
  }

  /**
   * Takes as long for an unknown client as for a wrong secret.
   * @param authorization the value of the `Authorization` header
   * @throws AppError UNAUTHENTICATED without one; INVALID_CREDENTIALS, the same for an unknown id and a wrong secret
   */
  authenticate(authorization: string | undefined): OAuthClient {
    if (authorization === undefined) throw refused('UNAUTHENTICATED');
    const { id, secret } = credentialsIn(authorization) ?? { id: '', secret: '' };
    const expected = this.#digests.get(id);
    // Digests are of one length, and comparing them tells nothing of where two secrets differ.
    const given = digestOf(secret);
    const isRight = timingSafeEqual(given, expected ?? digestOf('')) && expected !== undefined;
    if (!isRight) throw refused('INVALID_CREDENTIALS');
    return { id };
  }
}

function refused(code: 'UNAUTHENTICATED' | 'INVALID_CREDENTIALS'): AppError {
  const isMissing = code === 'UNAUTHENTICATED';
  return new AppError(code, {
    message: isMissing ? 'Client authentication is required' : 'Client authentication failed',
  });
}

function credentialsIn(authorization: string): { id: string; secret: string } | undefined {
  const [, encoded] = BASIC.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const [id, secret] = [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))];
  return { id, secret };
}

/** RFC 6749 has both encoded as forms are; many clients send them as they are, and ours need no encoding. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
