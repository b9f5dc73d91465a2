import type { GraphqlConfig } from '../../config';
import type { Authenticator } from '../../features/sign-in';
import type { RateLimiter } from '../../infrastructure/rate-limit/rate-limiter';
import type { Logger } from '../../infrastructure/telemetry/logger';
import type { LiveConnections } from './live-connections';
import type { LiveFeeds } from './live-context';
import type { LiveOperations } from './live-operations';

/** What both ways of telling stand on. */
export interface LiveParts {
  readonly config: GraphqlConfig;
  readonly bodyLimitBytes: number;
  readonly operations: LiveOperations;
  readonly connections: LiveConnections;
  readonly authenticator: Authenticator;
  readonly feeds: LiveFeeds;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  /** Whose pages may connect; with `*` everybody's, for no cookie counts here. */
  readonly allowedOrigins: ReadonlySet<string>;
  readonly isAnyOrigin: boolean;
}
