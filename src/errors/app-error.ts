import { errorCatalogue, type ErrorCatalogueEntry, type ErrorCode } from './catalogue';

/** One broken rule: which field, and what the rule says. Never the offending value. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** Public text instead of the catalogue's. */
  readonly message?: string;
  /** The private voice: logged, never sent. */
  readonly cause?: unknown;
  /** Only with INVALID_INPUT. */
  readonly details?: readonly FieldProblem[];
  /** Seconds, rounded up, until another try makes sense; RATE_LIMITED and SERVICE_UNAVAILABLE carry it, 1 by default. */
  readonly retryAfterSeconds?: number;
  /** With TOKEN_EXPIRED, INVALID_TOKEN, UNAUTHENTICATED: the token that would renew the other; nothing else is left to try. */
  readonly concerns?: 'refresh-token';
}

const CARRY_RETRY_AFTER: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RATE_LIMITED', 'SERVICE_UNAVAILABLE']);
const CONCERN_ACCESS_TOKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'INVALID_TOKEN',
]);

/** The only error that carries its own public text. Whatever else is thrown reaches a client as INTERNAL_ERROR. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly details?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  /** Whether another access token would help: a client should refresh, or have its user sign in again. */
  readonly asksToReauthenticate: boolean;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    super(options.message ?? errorCatalogue[code].message, { cause: options.cause });
    this.asksToReauthenticate = CONCERN_ACCESS_TOKEN.has(code) && options.concerns !== 'refresh-token';
    if (options.details) this.details = options.details;
    const retryAfterSeconds = options.retryAfterSeconds ?? (CARRY_RETRY_AFTER.has(code) ? 1 : undefined);
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }

  get entry(): ErrorCatalogueEntry {
    return errorCatalogue[this.code];
  }
}

/** INVALID_INPUT for one or more fields; the message reads well without the details. */
export function invalidInput(...details: FieldProblem[]): AppError {
  const first = details[0];
  const message = first
    ? `Invalid input: ${first.field} ${first.message}`
    : errorCatalogue.INVALID_INPUT.message;
  return new AppError('INVALID_INPUT', { message, details });
}
