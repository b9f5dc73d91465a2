import type { FastifyRequest } from 'fastify';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { Operation, OperationGroup, OperationLimit } from './operation';

/** What an operation counts as where it does not say so itself; undefined for what is never limited. */
export function limitOf(group: OperationGroup, operation: Operation): OperationLimit | undefined {
  if (operation.limit) return operation.limit;
  // Monitors and orchestrators ask as often as they have to.
  if (group.name === 'system') return undefined;
  if (group.name === 'session') return { action: 'other', endpoint: operation.id };
  const isCreditAuth = group.name === 'credit' && operation.path.startsWith('/auth/');
  return isCreditAuth ? { action: 'other', endpoint: 'auth', figure: 'CREDIT_AUTH' } : { action: 'other' };
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
