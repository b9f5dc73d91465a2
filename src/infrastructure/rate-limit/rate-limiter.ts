import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FigureName, Rate, RateLimitConfig } from '../../config';
import { AppError } from '../../errors';
import { addressKey } from '../../foundation/addresses';
import type { Clock } from '../../foundation/clock';
import type { LimitStatus, RequestContext, Surface } from '../../foundation/request-context';
import type { Count } from './counters';
import { policies, type LimitedAction, type Policy } from './policies';
import type { ResilientCounters } from './resilient-counters';

/** Counters remembered as used up, so that a flood is refused without asking the store. */
const MAX_EXHAUSTED = 10_000;

export interface Consumption {
  /** Whose account is tried, in any spelling: an email address or a user id. Needed where the policy counts by account. */
  readonly account?: string | undefined;
  /** With the action `other`: an endpoint (or group of them) that is counted for itself. */
  readonly endpoint?: string;
  /** Instead of the policy's own: the credit family has one figure for all paths under `/auth/`. */
  readonly figure?: FigureName;
}

/** Counts tries and refuses those over the limit, the same for every face of the gateway. */
export class RateLimiter {
  readonly #exhausted = new LRUCache<string, Count>({ max: MAX_EXHAUSTED });

  constructor(
    private readonly config: RateLimitConfig,
    private readonly counters: ResilientCounters,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one try at `action` that came in through `surface`, and notes on the caller's context how many are left.
   * To be called before any other work of a request; a refused try costs nothing and is not counted.
   *
   * @throws AppError RATE_LIMITED with the seconds until the window ends; SERVICE_UNAVAILABLE where tries at a secret are
   * refused while the store is down
   */
  async consume(
    action: LimitedAction,
    surface: Surface,
    caller: Pick<RequestContext, 'ipAddress' | 'limits'>,
    details: Consumption = {},
  ): Promise<void> {
    if (!this.config.enabled) return;
    const policy = policies[action];
    const rate = this.#rateOf(policy, surface, details);
    const scope = action === 'other' ? `other:${surface}:${details.endpoint ?? ''}` : action;
    // Without an account tries fall back to the address: one counter for everybody would be a switch to turn all off.
    const account = policy.key === 'account' ? details.account : undefined;
    const who = account ? accountKey(account) : addressKey(caller.ipAddress);
    const nowMs = this.clock.now().getTime();

    const windows = action === 'other' ? [] : windowsOf(policy, this.config);
    const count = await this.#count(policy, `${scope}:${who}`, rate, windows, nowMs);
    const status = statusOf(details.endpoint ?? action, rate, count, nowMs);
    caller.limits.push(status);
    const { retryAfterSeconds } = status;
    if (retryAfterSeconds !== undefined) throw new AppError('RATE_LIMITED', { retryAfterSeconds });
  }

  #rateOf(policy: Policy, surface: Surface, { figure }: Consumption): Rate {
    return this.config.figures[figure ?? policy.figures[surface] ?? policy.figures.graphql];
  }

  /** A try counts in every window that some surface has for the action, so that no surface gives a second chance. */
  async #count(
    policy: Policy,
    key: string,
    rate: Rate,
    windows: readonly number[],
    nowMs: number,
  ): Promise<Count> {
    const own = `${key}:${rate.windowSeconds}`;
    const known = this.#exhausted.get(own);
    if (known && known.count > rate.points && known.resetAtMs > nowMs) return known;

    const counts = [...new Set([rate.windowSeconds, ...windows])].map((seconds) =>
      this.counters.use(
        (counters) => counters.increment(`${key}:${seconds}`, 1, seconds * 1000, nowMs),
        policy.guardsSecret && this.config.failClosed ? 'refuse' : 'count-here',
      ),
    );
    const [count] = (await Promise.all(counts)) as [Count, ...Count[]];
    if (count.count > rate.points) this.#exhausted.set(own, count);
    return count;
  }
}

function windowsOf(policy: Policy, { figures }: RateLimitConfig): number[] {
  return [...new Set(Object.values(policy.figures).map((figure) => figures[figure].windowSeconds))];
}

/** Hashed: the store of the counters need not know who has an account. */
export function accountKey(account: string): string {
  const normalised = account.normalize('NFKC').trim().toLowerCase();
  return createHash('sha256').update(normalised).digest('base64url').slice(0, 22);
}

function statusOf(policy: string, rate: Rate, { count, resetAtMs }: Count, nowMs: number): LimitStatus {
  const resetSeconds = Math.max(1, Math.ceil((resetAtMs - nowMs) / 1000));
  return {
    policy,
    ...rate,
    remaining: Math.max(0, rate.points - count),
    resetSeconds,
    ...(count > rate.points && { retryAfterSeconds: resetSeconds }),
  };
}
