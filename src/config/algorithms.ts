import type { JwtAlgorithm, SecretAlgorithm } from './token-types';

/** Whether one secret signs and verifies, rather than a pair of keys. */
export function isSecretAlgorithm(algorithm: JwtAlgorithm): algorithm is SecretAlgorithm {
  return algorithm.startsWith('HS');
}
