import { hkdfSync } from 'node:crypto';
import type { KeysConfig } from '../../config';

/**
 * What keys are derived for, each from the root secret and none from another. The names are part of the derivation: with
 * another name, what was made before is lost.
 */
export type KeyPurpose =
  'refresh-token-successor' | 'one-time-token' | 'one-time-link' | 'device-note' | 'signing-key';

const KEY_BYTES = 32;

/**
 * The keys of this service, but for those that sign tokens. They come from a root secret of their own, so that another
 * signing key costs nobody a session, a code in the mail or a known device; and what an earlier root secret made is still
 * recognised while the configuration names it.
 */
export class Keys {
  readonly #derived = new Map<KeyPurpose, readonly [Buffer, ...Buffer[]]>();

  /** @param config the root secrets, the one in use first */
  constructor(private readonly config: KeysConfig) {}

  /** The key that makes things now. */
  current(purpose: KeyPurpose): Buffer {
    return this.all(purpose)[0];
  }

  /** The keys that may have made what somebody presents, the current one first. */
  all(purpose: KeyPurpose): readonly [Buffer, ...Buffer[]] {
    const known = this.#derived.get(purpose);
    if (known) return known;
    const [root, ...earlier] = this.config.roots;
    const derived = [derive(root, purpose), ...earlier.map((one) => derive(one, purpose))] as const;
    this.#derived.set(purpose, derived);
    return derived;
  }
}

function derive(root: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', purpose, KEY_BYTES));
}
