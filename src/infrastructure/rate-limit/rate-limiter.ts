import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FigureName, Rate, RateLimitConfig } from '../../config';
import { AppError } from '../../errors';
import { addressKey } from '../../foundation/addresses';
import type { Clock } from '../../foundation/clock';
import type { LimitStatus, RequestContext } from '../../foundation/request-context';
import type { Surface } from '../../foundation/surface';
import type { Count } from './counters';
import { policies, type LimitedAction, type Policy } from './policies';
import type { ResilientCounters } from './resilient-counters';

/** Counters remembered as used up, so that a flood is refused without asking the store, or before it is read. */
const MAX_EXHAUSTED = 10_000;

export interface Consumption {
  /** Whose account is tried, in any spelling: an email address or a user id. Needed where the policy counts by account. */
  readonly account?: string | undefined;
  /** With the action `other`: an endpoint (or group of them) that is counted for itself. */
  readonly endpoint?: string;
  /** Instead of the surface's own for the action, e.g. for a group of endpoints. */
  readonly figure?: FigureName;
}

/** Counts tries and refuses those over the limit, the same for every face of the gateway. */
export class RateLimiter {
  readonly #exhausted = new LRUCache<string, Count>({ max: MAX_EXHAUSTED });
  readonly #windows: ReadonlyMap<LimitedAction, readonly number[]>;

  /** @param surfaces all that count into the same counters, whether this server has them on or not */
  constructor(
    private readonly config: RateLimitConfig,
    surfaces: readonly Surface[],
    private readonly counters: ResilientCounters,
    private readonly clock: Clock,
    private readonly onRefusal: (action: LimitedAction) => void = () => undefined,
  ) {
    const actions = Object.keys(policies) as LimitedAction[];
    this.#windows = new Map(actions.map((action) => [action, this.#windowsOf(action, surfaces)]));
  }

  /** Whether anything is counted at all. */
  get isOn(): boolean {
    return this.config.enabled;
  }

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
    const rate = this.#rateOf(action, surface, details);
    const nowMs = this.clock.now().getTime();
    const windows = this.#windows.get(action) ?? [];
    const key = keyOf(action, surface, caller, details);
    const count = await this.#count(policy, key, rate, windows, nowMs);
    this.#judge(action, caller, statusOf(details.endpoint ?? action, rate, count, nowMs));
  }

  /**
   * Refuses whoever is known in this process to have used up the tries at `action`; asks no store, and counts nothing.
   * For work that comes before it is clear what a request wants.
   *
   * @throws AppError RATE_LIMITED with the seconds until the window ends
   */
  refuseUsedUp(
    action: LimitedAction,
    surface: Surface,
    caller: Pick<RequestContext, 'ipAddress' | 'limits'>,
  ): void {
    if (!this.config.enabled || this.#exhausted.size === 0) return;
    const rate = this.#rateOf(action, surface);
    const known = this.#exhausted.get(`${keyOf(action, surface, caller, {})}:${rate.windowSeconds}`);
    const nowMs = this.clock.now().getTime();
    if (!known || known.count < rate.points || known.resetAtMs <= nowMs) return;
    this.#judge(action, caller, statusOf(action, rate, { ...known, count: known.count + 1 }, nowMs));
  }

  #judge(action: LimitedAction, { limits }: Pick<RequestContext, 'limits'>, status: LimitStatus): void {
    limits.push(status);
    const { retryAfterSeconds } = status;
    if (retryAfterSeconds === undefined) return;
    this.onRefusal(action);
    throw new AppError('RATE_LIMITED', { retryAfterSeconds });
  }

  #rateOf(action: LimitedAction, surface: Surface, { figure }: Consumption = {}): Rate {
    const figures: Readonly<Partial<Record<string, Rate>>> = this.config.figures;
    const own = figure ?? surface.figures[action];
    return (own === undefined ? undefined : figures[own]) ?? this.config.figures[policies[action].figure];
  }

  /** In seconds, each once. */
  #windowsOf(action: LimitedAction, surfaces: readonly Surface[]): number[] {
    if (action === 'other') return [];
    const { windowSeconds } = this.config.figures[policies[action].figure];
    const others = surfaces.map((surface) => this.#rateOf(action, surface).windowSeconds);
    return [...new Set([windowSeconds, ...others])];
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
    if (count.count >= rate.points) this.#exhausted.set(own, count);
    return count;
  }
}

function keyOf(
  action: LimitedAction,
  surface: Surface,
  { ipAddress }: Pick<RequestContext, 'ipAddress'>,
  { account, endpoint = '' }: Consumption,
): string {
  const scope = action === 'other' ? `other:${surface.name}:${endpoint}` : action;
  return `${scope}:${counted(policies[action], ipAddress, account)}`;
}

/** Without an account tries fall back to the address: one counter for everybody would be a switch to turn all off. */
function counted({ key }: Policy, ipAddress: string, account: string | undefined): string {
  const address = addressKey(ipAddress);
  if (key === 'address' || !account) return address;
  return key === 'account' ? accountKey(account) : `${accountKey(account)}:${address}`;
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
