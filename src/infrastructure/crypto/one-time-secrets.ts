import { createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import type { JwtConfig } from '../../config';

/**
 * Makes the secrets that travel by mail, and the hashes that are kept of them. A hash without a key would give a six-digit
 * code away within a second to whoever reads the table.
 */
export class OneTimeSecrets {
  readonly #key: Buffer;

  constructor(config: Pick<JwtConfig, 'secret'>) {
    this.#key = Buffer.from(hkdfSync('sha256', config.secret, '', 'one-time-token', 32));
  }

  /** Six digits, for somebody to copy by hand. */
  newCode(): string {
    return String(randomInt(1_000_000)).padStart(6, '0');
  }

  /** 256 random bits, for a link. */
  newLinkToken(): string {
    return randomBytes(32).toString('base64url');
  }

  /** @param scope what the secret may be used for; the same secret in another scope has another hash */
  hash(scope: string, secret: string): Buffer {
    return createHmac('sha256', this.#key).update(`${scope}\0${secret}`).digest();
  }
}
