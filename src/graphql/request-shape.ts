import { isLosslessNumber } from 'lossless-json';
import { AppError } from '../errors';
import { isRounded, mayBeRounded } from '../http/exact-json';

interface OperationRequest {
  readonly method: string;
  readonly body: unknown;
  readonly query: unknown;
}

/** Why a request is none that is served here, in words that say how to go on; undefined for all others. */
export function problemOf({ method, body, query }: OperationRequest): AppError | undefined {
  const message =
    method === 'POST' ? problemOfBody(body) : problemOfVariables(query as { variables?: unknown });
  return message === undefined ? undefined : new AppError('BAD_REQUEST', { message });
}

function problemOfBody(body: unknown): string | undefined {
  if (Array.isArray(body)) return 'Batches are off; send one operation a request, as a JSON object';
  if (!isRecord(body) || Object.keys(body).length === 0)
    return 'The body must be a JSON object with the text of the operation in `query`';
  // Apollo takes a number for an object where it is kept as text.
  const odd = ['variables', 'extensions'].find((name) => isLosslessNumber(body[name]));
  return odd === undefined ? undefined : `\`${odd}\` must be a JSON object`;
}

/** Of a GET. No query needs a number that long, so none is read more exactly than this. */
function problemOfVariables({ variables }: { readonly variables?: unknown }): string | undefined {
  if (typeof variables !== 'string' || !mayBeRounded(variables)) return undefined;
  try {
    return isRounded(variables)
      ? '`variables` hold a number of too many digits; send it as a string'
      : undefined;
  } catch {
    return '`variables` must be a JSON object';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
