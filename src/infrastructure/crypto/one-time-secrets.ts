import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Keys } from './keys';

const NONCE_BYTES = 16;

/**
 * Makes the secrets that travel by mail, and the hashes that are kept of them. A hash without a key would give a six-digit
 * code away within a second to whoever reads the table.
 */
export class OneTimeSecrets {
  constructor(private readonly keys: Keys) {}

  /** Six digits, for somebody to copy by hand. */
  newCode(): string {
    return String(randomInt(1_000_000)).padStart(6, '0');
  }

  /** What a link's token is derived from; useless without our key. */
  newNonce(): Buffer {
    return randomBytes(NONCE_BYTES);
  }

  /** 256 bits for a new link. */
  linkToken(purpose: string, nonce: Buffer): string {
    return linkTokenOf(this.keys.current('one-time-link'), purpose, nonce);
  }

  /**
   * The token of a link that was made before, so that it can be mailed again although no table holds it; undefined when
   * the key that made it is gone.
   */
  linkTokenAgain(purpose: string, nonce: Buffer, hash: Buffer): string | undefined {
    const tokens = this.keys.all('one-time-link').map((key) => linkTokenOf(key, purpose, nonce));
    return tokens.find((token) => this.fits(hash, purpose, token));
  }

  /** @param scope what the secret may be used for; the same secret in another scope has another hash */
  hash(scope: string, secret: string): Buffer {
    return hmac(this.keys.current('one-time-token'), scope, secret);
  }

  /** All the hashes that a secret may have been stored under: the key may have changed since it was mailed. */
  hashes(scope: string, secret: string): Buffer[] {
    return this.keys.all('one-time-token').map((key) => hmac(key, scope, secret));
  }

  /** Whether a stored hash is one of this secret, in a time that does not depend on either. */
  fits(hash: Buffer, scope: string, secret: string): boolean {
    return this.hashes(scope, secret).some((one) => timingSafeEqual(hash, one));
  }
}

function linkTokenOf(key: Buffer, purpose: string, nonce: Buffer): string {
  return createHmac('sha256', key).update(`${purpose}\0`).update(nonce).digest('base64url');
}

function hmac(key: Buffer, scope: string, secret: string): Buffer {
  return createHmac('sha256', key).update(`${scope}\0${secret}`).digest();
}
