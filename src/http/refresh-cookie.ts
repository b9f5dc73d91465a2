import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RefreshTokenConfig } from '../config';
import { AppError } from '../errors';
import type { IssuedTokens } from '../foundation/auth-tokens';
import type { DeliveredTokens, TokenDelivery } from '../foundation/request-context';

/** `__Host-`: browsers take it only with Secure and Path=/ and without a Domain, so no subdomain can plant one. */
const REFRESH_COOKIE = '__Host-refresh_token';
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

export interface CookieSettings {
  readonly delivery: RefreshTokenConfig['delivery'];
  /** Whose pages may act with cookies. */
  readonly allowedOrigins: ReadonlySet<string>;
}

/** How the refresh tokens of one request travel, the same for GraphQL and every REST family. */
export class RefreshCookie implements TokenDelivery {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly settings: CookieSettings,
  ) {}

  get way(): TokenDelivery['way'] {
    return this.settings.delivery;
  }

  get hasRefreshCookie(): boolean {
    return this.way === 'cookie' && this.request.cookies[REFRESH_COOKIE] !== undefined;
  }

  get mayUseCookie(): boolean {
    const { origin } = this.request.headers;
    return origin !== undefined && this.settings.allowedOrigins.has(origin);
  }

  deliver(tokens: IssuedTokens): DeliveredTokens {
    if (this.way === 'body') return tokens;
    const { refreshToken, refreshExpiresInSeconds: maxAge } = tokens;
    void this.reply.setCookie(REFRESH_COOKIE, refreshToken, { ...ATTRIBUTES, maxAge });
    return { ...tokens, refreshToken: null };
  }

  refreshTokenFromCookie(): string | undefined {
    if (this.way === 'body') return undefined;
    if (!this.mayUseCookie) {
      throw new AppError('FORBIDDEN', { message: 'This origin may not use the refresh cookie' });
    }
    return this.request.cookies[REFRESH_COOKIE];
  }

  clearRefreshCookie(): void {
    if (this.way === 'cookie') void this.reply.clearCookie(REFRESH_COOKIE, ATTRIBUTES);
  }
}
