import { AsyncLocalStorage } from 'node:async_hooks';
import type { IssuedTokens } from './auth-tokens';
import type { Surface } from './surface';
import type { Viewer } from './viewer';

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
  /** Seconds that its errors ask to wait; the answer's `Retry-After` is the longest. */
  readonly waits: number[];
  readonly device: DeviceMemory;
  readonly delivery: TokenDelivery;
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

/** Has the answer say that another try makes sense after so many seconds, whatever face the error leaves through. */
export function noteWait(caller: Pick<RequestContext, 'waits'>, seconds: number | undefined): void {
  if (seconds !== undefined) caller.waits.push(seconds);
}

/** A note that a browser keeps between visits, whatever the protocol; other clients keep none. */
export interface DeviceMemory {
  recall(): string | undefined;
  remember(note: string): void;
}

/** How refresh tokens travel between this client and the gateway. */
export interface TokenDelivery {
  readonly way: 'body' | 'cookie';
  /** Whether one came as a cookie; never where they travel in bodies. */
  readonly hasRefreshCookie: boolean;
  /** Whether the request comes from where the cookie may be used. */
  readonly mayUseCookie: boolean;
  /** Hands the refresh token over; it is null in the answer where it travels as a cookie. */
  deliver(tokens: IssuedTokens): DeliveredTokens;
  /**
   * The refresh token of the cookie, where tokens travel that way.
   * @throws AppError FORBIDDEN when the request does not come from an allowed origin
   */
  refreshTokenFromCookie(): string | undefined;
  clearRefreshCookie(): void;
}

export type DeliveredTokens = Omit<IssuedTokens, 'refreshToken'> & { readonly refreshToken: string | null };

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that every log line written below it carries the request's id. */
export function runInRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentRequestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** A request seen from a resolver: who asks. The GraphQL server makes one for each request. */
export interface CallerContext extends RequestContext {
  /** @throws AppError UNAUTHENTICATED without a token, TOKEN_EXPIRED, INVALID_TOKEN (also for an ended session) */
  requireViewer(): Promise<Viewer>;
}
