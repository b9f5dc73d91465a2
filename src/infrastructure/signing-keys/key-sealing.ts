import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Keys } from '../crypto/keys';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A private key as it was found sealed. */
export interface OpenedKey {
  readonly privateKey: KeyObject;
  /** By the root secret in use, not by an earlier one. */
  readonly isCurrent: boolean;
}

/** Private keys at rest: a copy of the database signs nothing. AES-256-GCM under a key derived from SECRETS_KEY. */
export class KeySealing {
  constructor(private readonly keys: Keys) {}

  /** @param kid bound to the text, so that no row can pass its key off as another's */
  seal(privateKey: KeyObject, kid: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keys.current('signing-key'), iv).setAAD(Buffer.from(kid));
    const text = [cipher.update(privateKey.export({ format: 'der', type: 'pkcs8' })), cipher.final()];
    return Buffer.concat([iv, cipher.getAuthTag(), ...text]);
  }

  /** Undefined when it was sealed under a secret that is no longer configured. */
  open(sealed: Buffer, kid: string): OpenedKey | undefined {
    for (const [index, key] of this.keys.all('signing-key').entries()) {
      const der = unseal(sealed, key, kid);
      if (der)
        return {
          privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
          isCurrent: index === 0,
        };
    }
    return undefined;
  }
}

function unseal(sealed: Buffer, key: Buffer, kid: string): Buffer | undefined {
  const [iv, tag, text] = [
    sealed.subarray(0, IV_BYTES),
    sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
    sealed.subarray(IV_BYTES + TAG_BYTES),
  ];
  try {
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(kid)).setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    return undefined;
  }
}
