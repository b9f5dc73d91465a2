import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyPairAlgorithm } from './token-types';
import { parsedBy, type Kind } from './kinds';

/** RFC 7518, 3.3: anything shorter can be broken, or will be. */
const MIN_RSA_BITS = 2_048;
/** Verifying with a longer one costs every service more than it gains. */
const MAX_RSA_BITS = 4_096;
const MAX_KEYS = 10;
const PEM = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;

/** One or more keys in PEM; the first is private, the others may be public. */
export const privateKeys: Kind<readonly [KeyObject, ...KeyObject[]]> = {
  schema: parsedBy((text) => {
    const blocks = [...text.matchAll(PEM)].slice(0, MAX_KEYS + 1);
    const [first, ...others] = blocks.map(([pem, label = '']) => parseKey(pem, label));
    if (first?.type !== 'private' || blocks.length > MAX_KEYS) return undefined;
    return others.every((key) => key !== undefined) ? [first, ...others] : undefined;
  }),
  rule: `a private key in PEM without a passphrase, perhaps followed by further keys, at most ${MAX_KEYS}`,
};

function parseKey(pem: string, label: string): KeyObject | undefined {
  try {
    return label.endsWith('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** What is wrong with a key for an algorithm, as the end of a sentence that its name begins; undefined for a good one. */
export function unfitnessOf(key: KeyObject, algorithm: KeyPairAlgorithm): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (algorithm === 'ES256') {
    const isP256 = type === 'ec' && details.namedCurve === 'prime256v1';
    return isP256 ? undefined : 'must hold keys of the curve P-256 for ES256';
  }
  if (type !== 'rsa') return `must hold RSA keys for ${algorithm}`;
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = details;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
    return `must hold RSA keys of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`;
  // A small exponent makes a small message its own root; an even one is none.
  return exponent >= 65_537n && exponent % 2n === 1n
    ? undefined
    : 'must hold RSA keys with the public exponent 65537';
}
