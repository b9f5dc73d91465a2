import type { FigureName, RateLimitConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { MailKind } from '../../foundation/mail';
import { accountKey } from './rate-limiter';
import type { ResilientCounters } from './resilient-counters';

/** Whether somebody has proven to own this mailbox; a notice to any other is a stranger's doing as well as its owner's. */
export type MailboxCheck = (address: string) => Promise<boolean>;

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

  /** Counts one mail that is sent; false when the mailbox has had enough of this kind. */
  async take(address: string, kind: MailKind, isProven: MailboxCheck): Promise<boolean> {
    if (!this.config.enabled) return true;
    const { points } = this.config.figures[await figureOf(address, kind, isProven)];
    if ((await this.#count(address, kind, 1)) <= points) return true;
    await this.giveBack(address, kind);
    return false;
  }

  /** For a mail that nobody got after all: a stranger must not use up the mails of an address that is nobody's yet. */
  async giveBack(address: string, kind: MailKind): Promise<void> {
    if (this.config.enabled) await this.#count(address, kind, -1);
  }

  async #count(address: string, { name, anybodyCanCause }: MailKind, mails: number): Promise<number> {
    const { windowSeconds } = this.config.figures[anybodyCanCause ? 'MAIL' : 'MAIL_NOTICES'];
    const key = `mail:${name}:${accountKey(address)}`;
    const nowMs = this.clock.now().getTime();
    const { count } = await this.counters.use(
      (counters) => counters.increment(key, mails, windowSeconds * 1000, nowMs),
      'count-here',
    );
    return count;
  }
}

async function figureOf(address: string, kind: MailKind, isProven: MailboxCheck): Promise<FigureName> {
  return kind.anybodyCanCause || !(await isProven(address)) ? 'MAIL' : 'MAIL_NOTICES';
}
