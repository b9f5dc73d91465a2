import { errorCodes, type ErrorCode } from './generated.js';

/** One field of the input and the rule that it breaks. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

interface Common {
  readonly message: string;
  /** What the server's log has; null when the server was not reached. */
  readonly requestId: string | null;
}

/** What some codes bring beside the message. */
interface Extras {
  INVALID_INPUT: { readonly details: readonly FieldProblem[] };
  RATE_LIMITED: { readonly retryAfterSeconds: number };
  SERVICE_UNAVAILABLE: { readonly retryAfterSeconds: number };
}

type ErrorOf<Code extends ErrorCode> = Error &
  Common & { readonly code: Code } & (Code extends keyof Extras ? Extras[Code] : unknown);

/** No answer of a gateway: no network, a proxy's page, a time-out. Whether the request had an effect is unknown. */
export type UnreachableError = Error & Common & { readonly code: 'UNREACHABLE'; readonly cause?: unknown };

/** A code that this version of the client does not know: a newer server's. */
export type UnknownError = Error & Common & { readonly code: 'UNKNOWN'; readonly serverCode: string };

/** Everything a call can throw; `switch (error.code)` narrows it, and does not compile where a code is gone. */
export type GatewayError =
  { [Code in ErrorCode]: ErrorOf<Code> }[ErrorCode] | UnreachableError | UnknownError;

class Failure extends Error {
  override readonly name = 'GatewayError';
}

/** True for whatever the client throws. It goes by the name, since two copies of the package may be loaded. */
export function isGatewayError(value: unknown): value is GatewayError {
  return value instanceof Error && value.name === 'GatewayError';
}

function failure(message: string, fields: object): GatewayError {
  return Object.assign(new Failure(message), fields) as unknown as GatewayError;
}

/** An error as it is on the wire. */
export interface WireError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function unreachable(message: string, cause?: unknown): GatewayError {
  return failure(message, { code: 'UNREACHABLE', requestId: null, cause });
}

/** The first error of an answer; the others rarely say more. */
export function fromWire({ message, extensions = {} }: WireError): GatewayError {
  const { code, request_id: requestId = null, details = [], retry_after: seconds = 1 } = extensions;
  const isKnown = (errorCodes as readonly unknown[]).includes(code);
  return failure(message, {
    code: isKnown ? code : 'UNKNOWN',
    requestId,
    ...(!isKnown && { serverCode: String(code) }),
    ...(code === 'INVALID_INPUT' && { details }),
    ...((code === 'RATE_LIMITED' || code === 'SERVICE_UNAVAILABLE') && { retryAfterSeconds: seconds }),
  });
}

/** The messages of INVALID_INPUT by field, to be shown beside the inputs; empty for any other error. */
export function problemsByField(error: unknown): Readonly<Record<string, string>> {
  if (!isGatewayError(error) || error.code !== 'INVALID_INPUT') return {};
  return Object.fromEntries(error.details.map(({ field, message }) => [field, message]));
}

/** Whether an answer says that another access token would help. */
export function asksToReauthenticate(errors: readonly WireError[]): boolean {
  return errors.some(({ extensions }) => extensions?.['reauthenticate'] === true);
}
