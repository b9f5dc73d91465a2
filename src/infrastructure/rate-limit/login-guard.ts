import type { RateLimitConfig } from '../../config';
import { AppError } from '../../errors';
import { addressKey } from '../../foundation/addresses';
import type { Clock } from '../../foundation/clock';
import type { RequestContext } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import type { Backoff } from './counters';
import { PendingTries, type SettleTry } from './pending-tries';
import { accountKey } from './rate-limiter';
import type { ResilientCounters } from './resilient-counters';

/** So long after the latest failure all is forgotten. */
const MEMORY_MS = 60 * 60 * 1000;
/** Strangers share one queue, and the owner on a new device is among them: it has to keep moving. */
const MAX_STRANGER_DELAY_MS = 30_000;

export interface LoginAttempt {
  /**
   * What was tried, whether there is such an account or not. An email address and a username count apart, or else one could
   * be shown to belong to the other.
   */
  readonly account: string;
  /** What proves a device that signed in to this account before. */
  readonly device: string | undefined;
  /** Asked only when strangers have to wait: whether this address signed in to the account lately. */
  readonly isKnownAddress: () => Promise<boolean>;
}

/**
 * Slows down whoever guesses passwords, and nobody else. Each device or address has its own free tries at an account and
 * then ever longer waits. All strangers to an account together have more, and then shorter waits; known devices and
 * addresses pass them by, so that no stranger locks an owner out. A wait is an answer, not a held request.
 */
export class LoginGuard {
  readonly #own: Backoff;
  readonly #strangers: Backoff;
  readonly #pending = new PendingTries();

  constructor(
    private readonly config: Pick<RateLimitConfig, 'enabled' | 'failClosed' | 'login'>,
    private readonly counters: ResilientCounters,
    private readonly clock: Clock,
    private readonly onRefusal: () => void = () => undefined,
  ) {
    const { freeFailures, strangerFreeFailures, maxDelaySeconds } = config.login;
    const maxDelayMs = maxDelaySeconds * 1000;
    this.#own = { freeTries: freeFailures, maxDelayMs, memoryMs: MEMORY_MS };
    this.#strangers = {
      freeTries: strangerFreeFailures,
      maxDelayMs: Math.min(maxDelayMs, MAX_STRANGER_DELAY_MS),
      memoryMs: MEMORY_MS,
    };
  }

  /**
   * Takes a turn before the password is looked at; it is given back when `succeeded` is called. Where none is left while
   * other tries of the same client are under way, theirs may be given back yet: somebody with the right password is not
   * refused for having asked many times at once.
   * @returns what to call, once, when it is known whether the password was right; after `succeeded` where it was
   * @throws AppError RATE_LIMITED with the seconds to wait, for known and unknown accounts alike
   */
  async admit(caller: RequestContext, attempt: LoginAttempt): Promise<SettleTry> {
    if (!this.config.enabled) return () => undefined;
    const key = ownKey(caller, attempt);
    const settle = await this.#pending.begin(key, () => this.#takeOwnTurn(key));
    try {
      await this.#admitStranger(attempt);
    } catch (error) {
      settle(false);
      throw error;
    }
    return settle;
  }

  async #admitStranger(attempt: LoginAttempt): Promise<void> {
    if (attempt.device !== undefined) return;
    try {
      await this.#takeTurn(`login-strangers:${accountKey(attempt.account)}`, this.#strangers);
    } catch (error) {
      if (error instanceof AppError && error.code === 'RATE_LIMITED' && (await attempt.isKnownAddress()))
        return;
      this.onRefusal();
      throw error;
    }
  }

  /**
   * The same for a signed-in user who is asked for the password once more: a stolen token opens no way to guess it. Each
   * session has its own turns, so that a thief delays nobody else; more sessions are not to be had without the password.
   */
  async admitConfirmation(viewer: SessionViewer): Promise<void> {
    if (this.config.enabled) await this.#takeOwnTurn(confirmationKey(viewer));
  }

  async confirmed(viewer: SessionViewer): Promise<void> {
    if (this.config.enabled) await this.#clear(confirmationKey(viewer));
  }

  async succeeded(caller: RequestContext, attempt: LoginAttempt): Promise<void> {
    // Not the strangers' turns: the owner's visit must not give a running attack new tries.
    if (this.config.enabled) await this.#clear(ownKey(caller, attempt));
  }

  async #clear(key: string): Promise<void> {
    await this.counters.use((counters) => counters.clear(key), 'count-here');
  }

  async #takeOwnTurn(key: string): Promise<void> {
    try {
      await this.#takeTurn(key, this.#own);
    } catch (error) {
      if (error instanceof AppError && error.code === 'RATE_LIMITED') this.onRefusal();
      throw error;
    }
  }

  async #takeTurn(key: string, backoff: Backoff): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const turnMs = await this.counters.use(
      (counters) => counters.takeTurn(key, backoff, nowMs),
      this.config.failClosed ? 'refuse' : 'count-here',
    );
    if (turnMs > nowMs) throw new AppError('RATE_LIMITED', { retryAfterSeconds: (turnMs - nowMs) / 1000 });
  }
}

function confirmationKey({ sessionId }: SessionViewer): string {
  return `login-confirmations:${sessionId}`;
}

function ownKey(caller: RequestContext, { account, device }: LoginAttempt): string {
  const who = device === undefined ? addressKey(caller.ipAddress) : `device:${device}`;
  return `login-failures:${accountKey(account)}:${who}`;
}
