import {
  createHmac,
  createSecretKey,
  createHash,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import {
  sign,
  TokenExpiredError,
  verify,
  type Algorithm,
  type JwtPayload,
  type SignOptions,
} from 'jsonwebtoken';
import { isSecretAlgorithm, type JwtConfig } from '../../config';
import { AppError } from '../../errors';
import type { IssuedAccess } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { isUuid } from '../../foundation/ids';
import { scopeOf, type UserRole } from '../../foundation/viewer';
import type { TokenKeys, VerifyingKey } from '../signing-keys/token-keys';
import { extraClaims } from './extra-claims';
import type { Keys } from './keys';
import { keyIdOf } from './key-id';
import { VerifiedTokens, type VerifiedToken } from './verified-tokens';

/** What an access token says. `sub` and `id` are the same user id, as text and as a number. */
export interface AccessTokenClaims {
  readonly sub: string;
  readonly id: number;
  readonly sid: string;
  readonly jti: string;
  readonly username: string | null;
  readonly is_admin: boolean;
  readonly role: UserRole;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
}

export interface AccessTokenSubject {
  readonly userId: number;
  readonly username: string | null;
  readonly email: string | null;
  readonly role: UserRole;
  readonly sessionId: string;
  /** The token ends with its session, if not before. */
  readonly secondsLeft: number;
}

/** Longer than any token this server makes; what is longer is refused before it is decoded. */
const MAX_TOKEN_LENGTH = 4096;

const SECRET_ALGORITHMS: Algorithm[] = ['HS256', 'HS384', 'HS512'];

/** A secret with what it may have signed by. */
interface VerifyingSecret {
  readonly key: KeyObject;
  readonly algorithms: Algorithm[];
}

/** Signs and verifies access tokens (JWT, by a secret or by key pairs) and makes opaque refresh tokens. */
export class TokenSigner {
  /** Undefined where key pairs sign. */
  readonly #secret: KeyObject | undefined;
  /** Those that may have signed what somebody presents, the current one first. */
  readonly #secrets: readonly VerifyingSecret[];
  readonly #previousSecrets: readonly VerifyingSecret[];
  readonly #verified = new VerifiedTokens();

  constructor(
    private readonly config: JwtConfig,
    private readonly keys: Keys,
    private readonly pairs: TokenKeys,
    private readonly clock: Clock,
  ) {
    const { secret, previousSecret, algorithm } = config;
    const signsBySecret = isSecretAlgorithm(algorithm);
    const current = verifyingSecrets(secret, signsBySecret ? [algorithm] : SECRET_ALGORITHMS);
    // Of the one before nobody says what it signed by: with it the algorithm can change and no token is lost.
    this.#previousSecrets = verifyingSecrets(previousSecret, SECRET_ALGORITHMS);
    this.#secrets = [...current, ...this.#previousSecrets];
    this.#secret = signsBySecret ? current[0]?.key : undefined;
  }

  signAccessToken(subject: AccessTokenSubject): IssuedAccess {
    const expiresInSeconds = Math.min(this.config.accessTokenTtlSeconds, subject.secondsLeft);
    const now = this.#nowSeconds();
    const payload = {
      ...this.#extraClaims(subject),
      id: subject.userId,
      sid: subject.sessionId,
      username: subject.username,
      is_admin: subject.role === 'admin',
      role: subject.role,
      iat: now,
      exp: now + expiresInSeconds,
    };
    const options = {
      issuer: this.config.issuer,
      audience: this.config.audience,
      subject: String(subject.userId),
      jwtid: randomUUID(),
    };
    return { accessToken: this.#sign(payload, options), expiresInSeconds };
  }

  /**
   * At once, but for a key pair that this node has to ask the database about.
   * @throws AppError TOKEN_EXPIRED, or INVALID_TOKEN for everything else that is not one of our access tokens;
   * SERVICE_UNAVAILABLE
   */
  verifyAccessToken(token: string): VerifiedToken | Promise<VerifiedToken> {
    if (token.length > MAX_TOKEN_LENGTH) throw new AppError('INVALID_TOKEN');
    const digest = this.#verified.digestOf(token);
    const known = this.#verified.get(digest);
    const kid = known ? known.kid : keyIdOf(token);
    if (kid === undefined) {
      // What is taken for a while only is looked at each time.
      if (!this.#secret) return this.#unexpired(this.#verifyBySecret(token, this.#lateSecrets()));
      return this.#unexpired(
        known ?? this.#verified.remember(digest, this.#verifyBySecret(token, this.#secrets)),
      );
    }
    const judge = (key: VerifyingKey | undefined): VerifiedToken => {
      // Unknown, retired or past its time, whatever was found of the token before.
      if (!key) throw new AppError('INVALID_TOKEN');
      return this.#unexpired(known ?? this.#verified.remember(digest, this.#verifyByPair(token, key)));
    };
    const key = this.pairs.find(kid);
    return key instanceof Promise ? key.then(judge) : judge(key);
  }

  /** 256 random bits, as text that fits a header, a cookie and JSON. */
  newRefreshToken(): string {
    return randomBytes(32).toString('base64url');
  }

  /**
   * The token that follows `refreshToken` in its session. It is derived, not drawn: whoever repeats a rotation whose
   * answer was lost gets the same successor, although the database holds hashes only. Without the server's secret
   * a token says nothing of the next one.
   */
  successorOf(refreshToken: string): string {
    return successor(this.keys.current('refresh-token-successor'), refreshToken);
  }

  /** The successor whose hash this is, under whichever key it was derived; undefined when that key is gone. */
  successorWithHash(refreshToken: string, hash: Buffer): string | undefined {
    const candidates = this.keys.all('refresh-token-successor').map((key) => successor(key, refreshToken));
    return candidates.find((candidate) => hashToken(candidate).equals(hash));
  }

  #nowSeconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }

  #sign(payload: object, options: SignOptions): string {
    if (this.#secret) {
      return sign(payload, this.#secret, { ...options, algorithm: this.config.algorithm });
    }
    const { kid, algorithm, privateKey } = this.pairs.signing();
    return sign(payload, privateKey, { ...options, algorithm, keyid: kid });
  }

  #extraClaims({ userId, role, username, email, sessionId }: AccessTokenSubject): object | undefined {
    const { claims } = this.config;
    const values = { user_id: String(userId), role, username, email, session_id: sessionId };
    return claims && extraClaims(claims, { ...values, scope: scopeOf(role) });
  }

  #unexpired(verified: VerifiedToken): VerifiedToken {
    if (verified.exp <= this.#nowSeconds()) throw new AppError('TOKEN_EXPIRED');
    return verified;
  }

  /**
   * Where key pairs sign, a secret signs no more: what it had signed when the first pair came is taken until it ends. Later,
   * whoever still has the secret has nothing, unless JWT_PREVIOUS_SECRET_KEY says that it is to be taken all the same.
   */
  #lateSecrets(): readonly VerifyingSecret[] {
    const { since } = this.pairs;
    const untilMs = since ? since.getTime() + this.config.accessTokenTtlSeconds * 1000 : -Infinity;
    return this.clock.now().getTime() < untilMs ? this.#secrets : this.#previousSecrets;
  }

  #verifyByPair(token: string, { kid, algorithm, publicKey }: VerifyingKey): VerifiedToken {
    return { ...this.#claimsOf(token, publicKey, [algorithm]), kid };
  }

  #verifyBySecret(token: string, secrets: readonly VerifyingSecret[]): VerifiedToken {
    let refusal: unknown;
    for (const { key, algorithms } of secrets) {
      try {
        return { ...this.#claimsOf(token, key, algorithms), kid: undefined };
      } catch (error) {
        // The signature comes first: who is told the time has the right key.
        if (error instanceof AppError && error.code === 'TOKEN_EXPIRED') throw error;
        refusal ??= error;
      }
    }
    throw refusal instanceof AppError ? refusal : new AppError('INVALID_TOKEN');
  }

  /** @throws AppError TOKEN_EXPIRED, INVALID_TOKEN */
  #claimsOf(token: string, key: KeyObject, algorithms: Algorithm[]): AccessTokenClaims {
    const { issuer, audience } = this.config;
    try {
      const options = { algorithms, issuer, audience, clockTimestamp: this.#nowSeconds() };
      const payload = verify(token, key, options);
      if (isAccessTokenClaims(payload)) return payload;
    } catch (cause) {
      throw new AppError(cause instanceof TokenExpiredError ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN', { cause });
    }
    throw new AppError('INVALID_TOKEN');
  }
}

/** A KeyObject, never the string: jsonwebtoken spends fifty times as long on a string. */
function verifyingSecrets(secret: string | undefined, algorithms: Algorithm[]): VerifyingSecret[] {
  return secret === undefined ? [] : [{ key: createSecretKey(Buffer.from(secret, 'utf8')), algorithms }];
}

function successor(key: Buffer, refreshToken: string): string {
  return createHmac('sha256', key).update(refreshToken).digest('base64url');
}

/** What the database holds instead of a token. 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function isAccessTokenClaims(payload: string | JwtPayload): payload is JwtPayload & AccessTokenClaims {
  if (typeof payload === 'string') return false;
  const claims: Partial<Record<string, unknown>> = payload;
  return (
    typeof claims['id'] === 'number' &&
    claims['sub'] === String(claims['id']) &&
    typeof claims['sid'] === 'string' &&
    isUuid(claims['sid']) &&
    typeof claims['jti'] === 'string' &&
    typeof claims['iat'] === 'number' &&
    typeof claims['exp'] === 'number' &&
    typeof claims['is_admin'] === 'boolean' &&
    typeof claims['role'] === 'string' &&
    'username' in claims
  );
}
