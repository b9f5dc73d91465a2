import type { KeyObject } from 'node:crypto';
import type { KeyPairAlgorithm } from '../../config';
import { publicHalf, publicJwk, type PublicJwk } from './key-pairs';
import type { SigningKey, TokenKeys, VerifyingKey } from './token-keys';

interface Pair {
  readonly publicKey: KeyObject;
  readonly jwk: PublicJwk;
}

/** Key pairs that the operator made and keeps: the first signs, all of them verify. */
export class OwnKeys implements TokenKeys {
  /** Nobody says when they were made. */
  readonly since = undefined;
  readonly #published: readonly PublicJwk[];
  readonly #signing: SigningKey;
  readonly #verifying: ReadonlyMap<string, VerifyingKey>;

  constructor([privateKey, ...others]: readonly [KeyObject, ...KeyObject[]], algorithm: KeyPairAlgorithm) {
    const pairOf = (key: KeyObject): Pair => {
      const publicKey = publicHalf(key);
      return { publicKey, jwk: publicJwk(publicKey, algorithm) };
    };
    const first = pairOf(privateKey);
    const pairs = [first, ...others.map(pairOf)];
    this.#published = [...new Map(pairs.map(({ jwk }) => [jwk.kid, jwk])).values()];
    this.#verifying = new Map(
      pairs.map(({ publicKey, jwk: { kid } }) => [kid, { kid, algorithm, publicKey }]),
    );
    this.#signing = { kid: first.jwk.kid, algorithm, privateKey };
  }

  signing(): SigningKey {
    return this.#signing;
  }

  find(kid: string): VerifyingKey | undefined {
    return this.#verifying.get(kid);
  }

  published(): Promise<readonly PublicJwk[]> {
    return Promise.resolve(this.#published);
  }
}
