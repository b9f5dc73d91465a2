import type { FastifyRequest } from 'fastify';
import { policies } from '../infrastructure/rate-limit/policies';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { Operation, OperationGroup, OperationLimit } from './operation';

/** What a request for an operation counts as before anything is done for it; undefined for what is never limited. */
export function limitOf(group: OperationGroup, operation: Operation): OperationLimit | undefined {
  const { limit } = operation;
  return limit && !policies[limit.action].isCountedWithin ? limit : group.limitOf?.(operation);
}

/**
 * Counts one request against its limit.
 * @throws AppError RATE_LIMITED; SERVICE_UNAVAILABLE
 */
export async function consumeLimit(
  limiter: RateLimiter,
  limit: OperationLimit,
  request: FastifyRequest,
): Promise<void> {
  const { accountField, action, ...details } = limit;
  const account = accountField === undefined ? undefined : accountIn(request, accountField);
  await limiter.consume(action, request.caller.surface, request.caller, { ...details, account });
}

/** The account a request names, before anything is known of its truth; a request that names none counts by address. */
function accountIn({ body, query }: FastifyRequest, field: string): string | undefined {
  for (const source of [body, query]) {
    const value: unknown = (source as Partial<Record<string, unknown>> | undefined | null)?.[field];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return undefined;
}
