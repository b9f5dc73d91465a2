import type { FastifyInstance } from 'fastify';
import type { LimitStatus, RequestContext } from '../foundation/request-context';

const NOTHING: Pick<RequestContext, 'limits' | 'waits'> = { limits: [], waits: [] };

/**
 * Tells clients of the limits a request met, whichever face it came through: `RateLimit-Policy`, `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers) and, when it has to wait for this or another reason, `Retry-After`.
 */
export function addRateLimitHeaders(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    // Absent for what the HTTP parser itself refused.
    const { limits: met, waits } = (request.caller as typeof request.caller | undefined) ?? NOTHING;
    const limits = tightest(met);
    if (limits.length > 0) {
      void reply.header('ratelimit-policy', limits.map(policyItem).join(', '));
      void reply.header('ratelimit', limits.map(statusItem).join(', '));
    }
    if (waits.length > 0) void reply.header('retry-after', Math.max(...waits));
    done(null, payload);
  });
}

/** One entry a policy: of several tries in one request the one that leaves least. The nearest limit comes first. */
function tightest(limits: readonly LimitStatus[]): LimitStatus[] {
  const byPolicy = new Map<string, LimitStatus>();
  for (const status of limits) {
    const known = byPolicy.get(status.policy);
    if (!known || status.remaining < known.remaining || status.retryAfterSeconds !== undefined) {
      byPolicy.set(status.policy, status);
    }
  }
  return [...byPolicy.values()].sort((one, other) => one.remaining - other.remaining);
}

function policyItem({ policy, points, windowSeconds }: LimitStatus): string {
  return `"${policy}";q=${points};w=${windowSeconds}`;
}

function statusItem({ policy, remaining, resetSeconds }: LimitStatus): string {
  return `"${policy}";r=${remaining};t=${resetSeconds}`;
}
