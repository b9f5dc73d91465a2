import type { KeyObject } from 'node:crypto';
import type { KeyPairAlgorithm } from '../../config';
import type { PublicJwk } from './key-pairs';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: KeyPairAlgorithm;
  readonly privateKey: KeyObject;
}

export interface VerifyingKey {
  readonly kid: string;
  readonly algorithm: KeyPairAlgorithm;
  readonly publicKey: KeyObject;
}

/** The key pairs of this service: made and kept by itself, or the operator's own. */
export interface TokenKeys {
  /** The one that signs now. */
  signing(): SigningKey;
  /**
   * The key of this id, as long as tokens of it are taken; at once where that is known.
   * @throws AppError SERVICE_UNAVAILABLE
   */
  find(kid: string): VerifyingKey | undefined | Promise<VerifyingKey | undefined>;
  /**
   * Since when pairs have signed, as far as that is known: what a secret signed had been signed by then.
   */
  readonly since: Date | undefined;
  /** What others verify by: all that `find` finds. @throws AppError SERVICE_UNAVAILABLE */
  published(): Promise<readonly PublicJwk[]>;
}
