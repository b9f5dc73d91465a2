import { createHash, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyPairAlgorithm } from '../../config';

const generate = promisify(generateKeyPair);

/** NIST SP 800-57: 112 bits of strength, until 2030 and beyond the life of any of these keys. */
const RSA_BITS = 2_048;

/** RFC 7517, as `jwks.json` shows it. */
export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
  readonly alg: KeyPairAlgorithm;
  readonly use: 'sig';
}

export async function newKeyPair(algorithm: KeyPairAlgorithm): Promise<KeyObject> {
  const { privateKey } =
    algorithm === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: RSA_BITS });
  return privateKey;
}

/** The public half, whichever half is given. */
export function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'public' ? key : createPublicKey(key);
}

/** @param publicKey P-256 for ES256, RSA for the others */
export function publicJwk(publicKey: KeyObject, algorithm: KeyPairAlgorithm): PublicJwk {
  const jwk = publicKey.export({ format: 'jwk' });
  return { ...jwk, kid: thumbprint(jwk), alg: algorithm, use: 'sig' };
}

/** RFC 7638: whoever has the key works out the same id. */
function thumbprint({ kty, crv, x, y, e, n }: JsonWebKey): string {
  // The required members in the order of their names; JSON leaves out those that are undefined.
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}
