import type { HttpConfig, RefreshTokenConfig } from '../config';
import { AppError } from '../errors';
import type { IssuedTokens } from '../foundation/auth-tokens';
import type {
  CallerContext,
  DeliveredTokens,
  DeviceMemory,
  LimitStatus,
  RequestContext,
  Viewer,
} from '../foundation/request-context';
import type { Authenticator } from '../features/session';

/** `__Host-`: browsers take it only with Secure and Path=/ and without a Domain, so no subdomain can plant one. */
export const REFRESH_COOKIE = '__Host-refresh_token';

/** What the context needs of the HTTP exchange. */
export interface HttpExchange {
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string, maxAgeSeconds: number): void;
  clearCookie(name: string): void;
}

export interface ContextSettings {
  readonly authenticator: Authenticator;
  readonly delivery: RefreshTokenConfig['delivery'];
  readonly allowedOrigins: ReadonlySet<string>;
}

/** Origins that may act with the refresh cookie: our own and those of the configuration, never `*`. */
export function allowedOrigins(http: Pick<HttpConfig, 'publicUrl' | 'corsOrigins'>): ReadonlySet<string> {
  return new Set([new URL(http.publicUrl).origin, ...http.corsOrigins.filter((origin) => origin !== '*')]);
}

/** One request's context for the resolvers. Who asks is found out once, and only when a resolver wants to know. */
export class GraphQLContext implements CallerContext {
  readonly requestId: string;
  readonly surface = 'graphql';
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly limits: LimitStatus[];
  readonly device: DeviceMemory;
  // Not a #private field: Apollo hands resolvers a copy of the context, made by assignment.
  private viewer: Promise<Viewer> | undefined;

  constructor(
    private readonly request: RequestContext,
    private readonly exchange: HttpExchange,
    private readonly settings: ContextSettings,
  ) {
    this.requestId = request.requestId;
    this.ipAddress = request.ipAddress;
    this.userAgent = request.userAgent;
    this.acceptLanguage = request.acceptLanguage;
    this.limits = request.limits;
    this.device = request.device;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  requireViewer(): Promise<Viewer> {
    this.viewer ??= this.settings.authenticator.viewerFromHeader(this.exchange.header('authorization'));
    return this.viewer;
  }

  deliver(tokens: IssuedTokens): DeliveredTokens {
    if (this.settings.delivery === 'body') return tokens;
    this.exchange.setCookie(REFRESH_COOKIE, tokens.refreshToken, tokens.refreshExpiresInSeconds);
    return { ...tokens, refreshToken: null };
  }

  refreshTokenFromCookie(): string | undefined {
    if (this.settings.delivery === 'body') return undefined;
    const origin = this.exchange.header('origin');
    if (origin === undefined || !this.settings.allowedOrigins.has(origin)) {
      throw new AppError('FORBIDDEN', { message: 'This origin may not use the refresh cookie' });
    }
    return this.exchange.cookie(REFRESH_COOKIE);
  }

  clearRefreshCookie(): void {
    if (this.settings.delivery === 'cookie') this.exchange.clearCookie(REFRESH_COOKIE);
  }
}
