import type { JwtConfig } from '../../config';
import { AppError } from '../../errors';
import { scopeOf } from '../../foundation/viewer';
import type { Authenticator } from '../sign-in';

/** RFC 7662, 2.2: all there is to know of a live access token, or nothing but that it is none. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly token_type: 'Bearer';
      readonly sub: string;
      readonly username?: string;
      /** What its owner may do now, not when it was issued. */
      readonly scope: string;
      readonly role: string;
      readonly sid: string;
      readonly iss: string;
      readonly aud: string;
      /** Seconds since 1970. */
      readonly exp: number;
      readonly iat: number;
      readonly jti: string;
    };

/** What a token itself says beyond what is known of its session. */
interface Stated {
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
}

/** Tells services that hold a token whether it is alive, and whose it is. */
export class TokenIntrospection {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly jwt: Pick<JwtConfig, 'issuer' | 'audience'>,
  ) {}

  /**
   * Refresh tokens are no business of a service that is shown one: it hears the same of them as of anything else.
   * @throws AppError SERVICE_UNAVAILABLE
   */
  async introspect(token: string): Promise<Introspection> {
    try {
      const { viewer, profile } = await this.authenticator.sessionFromToken(token);
      const { exp, iat, jti } = statedIn(token);
      return {
        active: true,
        token_type: 'Bearer',
        sub: String(viewer.userId),
        ...(profile.username !== null && { username: profile.username }),
        scope: scopeOf(viewer.role),
        role: viewer.role,
        sid: viewer.sessionId,
        iss: this.jwt.issuer,
        aud: this.jwt.audience,
        ...{ exp, iat, jti },
      };
    } catch (error) {
      if (error instanceof AppError && error.entry.httpStatus === 401) return { active: false };
      throw error;
    }
  }
}

/** Of a token whose signature and claims were found good. */
function statedIn(token: string): Stated {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Stated;
}
