import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RefreshTokenConfig } from '../config';
import { AppError } from '../errors';
import type { IssuedTokens } from '../foundation/auth-tokens';
import type { DeliveredTokens, TokenDelivery } from '../foundation/request-context';
import { isNoBrowser } from './origins';

/** `__Host-`: browsers take it only with Secure and Path=/ and without a Domain, so no subdomain can plant one. */
const REFRESH_COOKIE = '__Host-refresh_token';

/** What chooses where the server leaves the choice. No page can send it to us from a site that CORS does not let in. */
const CHOICE_HEADER = 'x-token-delivery';

export interface CookieSettings extends Pick<RefreshTokenConfig, 'delivery' | 'sameSite'> {
  /** Whose pages may act with cookies. */
  readonly allowedOrigins: ReadonlySet<string>;
}

/** How the refresh tokens of one request travel, the same for GraphQL and every REST family. */
export class RefreshCookie implements TokenDelivery {
  /** A token that came out of reach of scripts goes back there, whatever the page asks for. */
  #cameAsCookie = false;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly settings: CookieSettings,
  ) {}

  get way(): TokenDelivery['way'] {
    const { delivery } = this.settings;
    if (delivery !== 'client') return delivery;
    return this.#cameAsCookie || this.request.headers[CHOICE_HEADER] === 'cookie' ? 'cookie' : 'body';
  }

  get hasRefreshCookie(): boolean {
    return this.#cookie !== undefined;
  }

  get mayUseCookie(): boolean {
    const { origin } = this.request.headers;
    const { allowedOrigins } = this.settings;
    return origin === undefined ? isNoBrowser(this.request, allowedOrigins) : allowedOrigins.has(origin);
  }

  deliver(tokens: IssuedTokens): DeliveredTokens {
    if (this.way === 'body') return tokens;
    const { refreshToken, refreshExpiresInSeconds: maxAge } = tokens;
    void this.reply.setCookie(REFRESH_COOKIE, refreshToken, { ...this.#attributes, maxAge });
    return { ...tokens, refreshToken: null };
  }

  refreshTokenFromCookie(): string | undefined {
    if (this.way === 'body' && !this.hasRefreshCookie) return undefined;
    if (!this.mayUseCookie) {
      throw new AppError('FORBIDDEN', { message: 'This origin may not use the refresh cookie' });
    }
    this.#cameAsCookie = this.hasRefreshCookie;
    return this.#cookie;
  }

  clearRefreshCookie(): void {
    if (this.way === 'cookie' || this.hasRefreshCookie)
      void this.reply.clearCookie(REFRESH_COOKIE, this.#attributes);
  }

  get #cookie(): string | undefined {
    return this.settings.delivery === 'body' ? undefined : this.request.cookies[REFRESH_COOKIE];
  }

  get #attributes(): CookieSerializeOptions {
    const { sameSite } = this.settings;
    // For other sites' pages: one for each of them, as browsers want it that keep third parties apart.
    return { path: '/', httpOnly: true, secure: true, sameSite, partitioned: sameSite === 'none' };
  }
}
