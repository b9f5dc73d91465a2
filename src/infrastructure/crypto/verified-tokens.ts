import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What is kept of an access token whose signature and claims were found good. */
export interface VerifiedToken {
  readonly id: number;
  readonly sid: string;
  /** Seconds since 1970. */
  readonly exp: number;
  /** The key pair that signed it; undefined: a secret did. */
  readonly kid: string | undefined;
}

/** About 3 MB; whoever has more tokens than this waits for a signature to be computed once more, and for nothing else. */
const MAX_TOKENS = 10_000;

/**
 * Tokens that were verified before, told by their SHA-256: clients send the same token with each request, and what was signed
 * stays signed. Only time and the end of its key change a verdict, so whoever asks has to look at `exp` and `kid`. Neither a
 * token nor what it says beyond the session is kept. Whether the session still lives is another question, which is asked each
 * time.
 */
export class VerifiedTokens {
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: MAX_TOKENS });

  /** By what a token is known here. */
  digestOf(token: string): string {
    return hash('sha256', token, 'base64url');
  }

  get(digest: string): VerifiedToken | undefined {
    return this.#verified.get(digest);
  }

  /** Keeps what is told of the token, and nothing else of what `verified` may hold. */
  remember(digest: string, { id, sid, exp, kid }: VerifiedToken): VerifiedToken {
    const verified = Object.freeze({ id, sid, exp, kid });
    this.#verified.set(digest, verified);
    return verified;
  }
}
