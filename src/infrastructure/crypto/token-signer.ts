import {
  createHmac,
  createSecretKey,
  createHash,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { sign, TokenExpiredError, verify, type JwtPayload } from 'jsonwebtoken';
import type { JwtConfig } from '../../config';
import { AppError } from '../../errors';
import type { IssuedAccess } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { isUuid } from '../../foundation/ids';
import type { UserRole } from '../../foundation/viewer';
import type { Keys } from './keys';
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
  readonly role: UserRole;
  readonly sessionId: string;
  /** The token ends with its session, if not before. */
  readonly secondsLeft: number;
}

/** Longer than any token this server makes; what is longer is refused before it is decoded. */
const MAX_TOKEN_LENGTH = 4096;

/** Signs and verifies access tokens (JWT, HMAC) and makes opaque refresh tokens. */
export class TokenSigner {
  readonly #key: KeyObject;
  /** Those that may have signed what somebody presents, the current one first. */
  readonly #verifyingKeys: readonly KeyObject[];
  readonly #verified = new VerifiedTokens();

  constructor(
    private readonly config: JwtConfig,
    private readonly keys: Keys,
    private readonly clock: Clock,
  ) {
    this.#key = keyObject(config.secret);
    const { previousSecret } = config;
    this.#verifyingKeys = [this.#key, ...(previousSecret === undefined ? [] : [keyObject(previousSecret)])];
  }

  signAccessToken(subject: AccessTokenSubject): IssuedAccess {
    const expiresInSeconds = Math.min(this.config.accessTokenTtlSeconds, subject.secondsLeft);
    const now = this.#nowSeconds();
    const payload = {
      id: subject.userId,
      sid: subject.sessionId,
      username: subject.username,
      is_admin: subject.role === 'admin',
      role: subject.role,
      iat: now,
      exp: now + expiresInSeconds,
    };
    const accessToken = sign(payload, this.#key, {
      algorithm: this.config.algorithm,
      issuer: this.config.issuer,
      audience: this.config.audience,
      subject: String(subject.userId),
      jwtid: randomUUID(),
    });
    return { accessToken, expiresInSeconds };
  }

  /** @throws AppError TOKEN_EXPIRED, or INVALID_TOKEN for everything else that is not one of our access tokens. */
  verifyAccessToken(token: string): VerifiedToken {
    if (token.length > MAX_TOKEN_LENGTH) throw new AppError('INVALID_TOKEN');
    const verified = this.#verified.get(token, () => this.#verifyWithAnyKey(token));
    if (verified.exp <= this.#nowSeconds()) throw new AppError('TOKEN_EXPIRED');
    return verified;
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

  #verifyWithAnyKey(token: string): AccessTokenClaims {
    let refusal: unknown;
    for (const key of this.#verifyingKeys) {
      try {
        const payload = this.#verify(token, key);
        if (isAccessTokenClaims(payload)) return payload;
      } catch (cause) {
        // The signature comes first: who is told the time has the right key.
        if (cause instanceof TokenExpiredError) throw new AppError('TOKEN_EXPIRED', { cause });
        refusal ??= cause;
      }
    }
    throw new AppError('INVALID_TOKEN', { cause: refusal });
  }

  #verify(token: string, key: KeyObject): string | JwtPayload {
    return verify(token, key, {
      algorithms: [this.config.algorithm],
      issuer: this.config.issuer,
      audience: this.config.audience,
      clockTimestamp: this.#nowSeconds(),
    });
  }
}

/** A KeyObject, never the string: jsonwebtoken spends fifty times as long on a string. */
function keyObject(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret, 'utf8'));
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
