import { AsyncLocalStorage } from 'node:async_hooks';
import type { IssuedTokens } from './auth-tokens';

export type UserRole = 'user' | 'moderator' | 'admin';

/** Who is asking: a live session of an active user. Read from the database, never from the token's claims alone. */
export interface Viewer {
  readonly userId: number;
  readonly sessionId: string;
  readonly role: UserRole;
}

/** The face a request came in through: GraphQL, or a REST family with rules of its own. */
export type Surface = 'graphql' | 'auth-serve' | 'session' | 'credit' | 'balance-hub';

/** What a use case may know of the request it serves. */
export interface RequestContext {
  readonly requestId: string;
  readonly surface: Surface;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  /** The header as it came: which languages the client's owner reads. */
  readonly acceptLanguage?: string | undefined;
  /** Aborted when the client goes before it has its answer. */
  readonly signal: AbortSignal;
  /** The rate limits this request met; the answer's headers tell of them. */
  readonly limits: LimitStatus[];
  readonly device: DeviceMemory;
}

/** Where a request stands with one rate limit. */
export interface LimitStatus {
  readonly policy: string;
  readonly points: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Seconds until the window ends, rounded up. */
  readonly resetSeconds: number;
  /** Only of a request that was refused. */
  readonly retryAfterSeconds?: number;
}

/** A note that a browser keeps between visits, whatever the protocol; other clients keep none. */
export interface DeviceMemory {
  recall(): string | undefined;
  remember(note: string): void;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that every log line written below it carries the request's id. */
export function runInRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentRequestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** A request seen from a resolver: who asks, and how tokens travel. The GraphQL server makes one for each request. */
export interface CallerContext extends RequestContext {
  /** @throws AppError UNAUTHENTICATED without a token, TOKEN_EXPIRED, INVALID_TOKEN (also for an ended session) */
  requireViewer(): Promise<Viewer>;
  /** Hands the refresh token over the configured way; it is null in the answer where it travels as a cookie. */
  deliver(tokens: IssuedTokens): DeliveredTokens;
  /**
   * The refresh token of the cookie, where tokens travel that way.
   * @throws AppError FORBIDDEN when the request does not come from an allowed origin
   */
  refreshTokenFromCookie(): string | undefined;
  clearRefreshCookie(): void;
}

export type DeliveredTokens = Omit<IssuedTokens, 'refreshToken'> & { readonly refreshToken: string | null };
