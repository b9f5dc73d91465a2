import type { AppError, FieldProblem } from './app-error';

/** The standard error body; GraphQL carries the same fields in `extensions`, with `http_status` beside them. */
export interface ErrorEnvelope {
  readonly status: 'error';
  readonly error: string;
  readonly code: string;
  readonly message: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly request_id: string;
  readonly details?: readonly FieldProblem[];
  /** Seconds. */
  readonly retry_after?: number;
}

/** The one shape in which an error leaves the server. */
export function toEnvelope(error: AppError, requestId: string, now: Date): ErrorEnvelope {
  return {
    status: 'error',
    error: error.entry.exception,
    code: error.code,
    message: error.message,
    timestamp: now.toISOString(),
    request_id: requestId,
    ...(error.details && { details: error.details }),
    ...(error.retryAfterSeconds !== undefined && { retry_after: error.retryAfterSeconds }),
  };
}
