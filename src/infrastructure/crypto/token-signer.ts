import {
  createHmac,
  createSecretKey,
  createHash,
  hkdfSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { sign, TokenExpiredError, verify, type JwtPayload } from 'jsonwebtoken';
import type { JwtConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { isUuid } from '../../foundation/ids';
import type { UserRole } from '../../foundation/request-context';

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
}

/** Longer than any token this server makes; what is longer is refused before it is decoded. */
const MAX_TOKEN_LENGTH = 4096;

/** Signs and verifies access tokens (JWT, HMAC) and makes opaque refresh tokens. */
export class TokenSigner {
  readonly #key: KeyObject;
  readonly #successorKey: Buffer;

  constructor(
    private readonly config: JwtConfig,
    private readonly clock: Clock,
  ) {
    const secret = Buffer.from(config.secret, 'utf8');
    // A KeyObject, never the string: jsonwebtoken spends fifty times as long on a string.
    this.#key = createSecretKey(secret);
    this.#successorKey = Buffer.from(hkdfSync('sha256', secret, '', 'refresh-token-successor', 32));
  }

  get accessTokenTtlSeconds(): number {
    return this.config.accessTokenTtlSeconds;
  }

  signAccessToken(subject: AccessTokenSubject): string {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const payload = {
      id: subject.userId,
      sid: subject.sessionId,
      username: subject.username,
      is_admin: subject.role === 'admin',
      role: subject.role,
      iat: now,
      exp: now + this.config.accessTokenTtlSeconds,
    };
    return sign(payload, this.#key, {
      algorithm: this.config.algorithm,
      issuer: this.config.issuer,
      audience: this.config.audience,
      subject: String(subject.userId),
      jwtid: randomUUID(),
    });
  }

  /** @throws AppError TOKEN_EXPIRED, or INVALID_TOKEN for everything else that is not one of our access tokens. */
  verifyAccessToken(token: string): AccessTokenClaims {
    if (token.length > MAX_TOKEN_LENGTH) throw new AppError('INVALID_TOKEN');
    let payload: string | JwtPayload;
    try {
      payload = verify(token, this.#key, {
        algorithms: [this.config.algorithm],
        issuer: this.config.issuer,
        audience: this.config.audience,
        clockTimestamp: Math.floor(this.clock.now().getTime() / 1000),
      });
    } catch (cause) {
      throw new AppError(cause instanceof TokenExpiredError ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN', { cause });
    }
    if (!isAccessTokenClaims(payload)) throw new AppError('INVALID_TOKEN');
    return payload;
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
    return createHmac('sha256', this.#successorKey).update(refreshToken).digest('base64url');
  }
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
