import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What is kept of an access token whose signature and claims were found good. */
export interface VerifiedToken {
  readonly id: number;
  readonly sid: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** About 3 MB; whoever has more tokens than this waits for a signature to be computed once more, and for nothing else. */
const MAX_TOKENS = 10_000;

/**
 * Tokens that were verified before, told by their SHA-256: clients send the same token with each request, and what was signed
 * stays signed. Only time changes a verdict, so whoever asks has to look at `exp`. Neither a token nor what it says beyond
 * the session is kept. Whether the session still lives is another question, which is asked each time.
 */
export class VerifiedTokens {
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: MAX_TOKENS });

  /** What is known of the token, or what `verify` says of it; what that throws is not remembered. */
  get(token: string, verify: () => VerifiedToken): VerifiedToken {
    const digest = hash('sha256', token, 'base64url');
    const known = this.#verified.get(digest);
    if (known) return known;
    const { id, sid, exp } = verify();
    const verified = Object.freeze({ id, sid, exp });
    this.#verified.set(digest, verified);
    return verified;
  }
}
