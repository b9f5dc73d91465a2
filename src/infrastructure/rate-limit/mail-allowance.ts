import type { FigureName, RateLimitConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { MailKind } from '../../foundation/mail';
import { accountKey } from './rate-limiter';
import type { ResilientCounters } from './resilient-counters';

/**
 * How many mails of a kind one mailbox gets, whoever asks for them and from wherever. What is beyond it is not sent, and
 * nobody is told: the one who asks must not learn who has an account.
 */
export class MailAllowance {
  constructor(
    private readonly config: RateLimitConfig,
    private readonly counters: ResilientCounters,
    private readonly clock: Clock,
  ) {}

  /** Counts one mail; false when the mailbox has had enough of this kind. */
  async take(address: string, { name, anybodyCanCause }: MailKind): Promise<boolean> {
    if (!this.config.enabled) return true;
    const figure: FigureName = anybodyCanCause ? 'MAIL' : 'MAIL_NOTICES';
    const { points, windowSeconds } = this.config.figures[figure];
    const key = `mail:${name}:${accountKey(address)}`;
    const nowMs = this.clock.now().getTime();
    const { count } = await this.counters.use(
      (counters) => counters.increment(key, 1, windowSeconds * 1000, nowMs),
      'count-here',
    );
    return count <= points;
  }
}
