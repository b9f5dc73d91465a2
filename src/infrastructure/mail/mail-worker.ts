import { AsyncResource } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { MailContent, MailKind } from '../../foundation/mail';
import type { ClaimedMail, MailOutbox } from './outbox';
import type { MailAllowance, MailboxCheck } from '../rate-limit/mail-allowance';
import type { Logger } from '../telemetry/logger';
import { traced } from '../telemetry/tracing/tracing';
import { MailRefusedError, type MailTransport } from './mail-transport';
import type { MailTemplates } from './mail-templates';
import { reasonOf, withoutSecrets } from './delivery-failures';
import { retryDelayMs } from './retry-delay';

export interface MailWorkerParts {
  readonly outbox: MailOutbox;
  readonly templates: MailTemplates;
  readonly transport: MailTransport;
  readonly kinds: readonly MailKind[];
  /** For the kinds that say more than their payload, by name. */
  readonly preparers: Readonly<
    Record<string, (payload: never, queuedAt: Date) => Promise<MailContent | null>>
  >;
  /** Says whether a mailbox may get one more of a kind; what it may not get is silently dropped. */
  readonly allowance: Pick<MailAllowance, 'take' | 'giveBack'>;
  readonly isProven: MailboxCheck;
  readonly config: Pick<MailConfig, 'fromAddress' | 'fromName' | 'maxAttempts'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: MailObserver;
}

/** What one try came to; `pointless`: what the mail was to tell is true no more. */
export type MailOutcome = 'sent' | 'postponed' | 'failed' | 'withheld' | 'pointless';

/** Hears of every try, for the metrics. */
export interface MailObserver {
  tried(template: string, outcome: MailOutcome): void;
}

/** For mails that other processes queued, or that failed and are due again. */
const POLL_INTERVAL_MS = 5_000;
/**
 * What is queued is sent a moment later, at random within these bounds: a mail that is really made would otherwise slow
 * down just the request that asked for it, and tell by that whether there is such an account.
 */
const WAKE_DELAY_MS = { min: 100, max: 300 };
const BATCH_SIZE = 10;
const SEND_TIMEOUT_MS = 60_000;
/** Longer than a try can take, or another process would send the same mail. */
const LEASE_MS = 5 * 60_000;
/** How long a stop waits for mails that are on their way. */
const STOP_GRACE_MS = 5_000;

/** Sends what is in the outbox. Any number of them, in one process or many, share the work. */
export class MailWorker {
  /** Rounds run in the context of nobody's request, whoever woke the worker: its log lines must not bear that id. */
  readonly #scope = new AsyncResource('MailWorker');
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #wakeTimer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isWoken = false;
  /** Sent, but the database could not be told: told at the next round, long before the lease ends. */
  #unmarked: ClaimedMail[] = [];

  constructor(private readonly parts: MailWorkerParts) {}

  /** Until it is started, another process sends what this one queues, and is told of it. */
  tellUntilStarted(other: () => void): void {
    this.parts.outbox.onCommit(() => {
      if (!this.#timer) other();
    });
  }

  /** Sends from now on: soon what this process queues, within seconds what others did. */
  start(): void {
    this.parts.outbox.onCommit(() => this.wakeSoon());
    this.#timer = setInterval(() => this.wake(), POLL_INTERVAL_MS);
    this.wake();
  }

  /** For a mail that was queued just now. */
  wakeSoon(): void {
    if (!this.#timer) return;
    this.#wakeTimer ??= setTimeout(
      () => {
        this.#wakeTimer = undefined;
        this.wake();
      },
      randomInt(WAKE_DELAY_MS.min, WAKE_DELAY_MS.max),
    );
  }

  wake(): void {
    if (!this.#timer || this.#abort.signal.aborted) return;
    this.#isWoken = true;
    this.#running ??= this.#scope
      .runInAsyncScope(() => this.#work())
      .finally(() => (this.#running = undefined));
  }

  /** Takes nothing new, and waits a moment for what is on its way; what is interrupted is tried again later. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#wakeTimer);
    this.#timer = undefined;
    this.#isWoken = false;
    await Promise.race([this.#running, delay(STOP_GRACE_MS, undefined, { ref: false })]);
    this.#abort.abort();
    await this.#running;
    this.parts.transport.close();
  }

  /** Sends one batch of what is due; returns how many mails it took. */
  async runRound(): Promise<number> {
    await this.#markUnmarked();
    const mails = await this.parts.outbox.claimDue(BATCH_SIZE, LEASE_MS);
    await Promise.all(mails.map((mail) => this.#deliver(mail)));
    return mails.length;
  }

  async #work(): Promise<void> {
    while (this.#isWoken) {
      this.#isWoken = false;
      try {
        while ((await this.runRound()) === BATCH_SIZE && this.#timer);
      } catch (error) {
        // The database is away, most likely; the next poll tries again.
        this.parts.logger.warn({ error }, 'mail_round_failed');
      }
    }
  }

  async #deliver(mail: ClaimedMail): Promise<void> {
    const { outbox, logger, config } = this.parts;
    const fields = { mail_id: mail.id, template: mail.template, attempts: mail.attempts };
    try {
      // Whoever took it the times before did not live to tell.
      if (mail.attempts > config.maxAttempts) {
        throw new MailRefusedError(`not delivered by ${config.maxAttempts} tries`);
      }
      const kind = this.#kindOf(mail);
      const isAllowed = await this.#isAllowed(mail, kind);
      const content = isAllowed ? await this.#contentOf(mail, kind) : null;
      if (!content) {
        if (isAllowed && mail.attempts === 1) await this.parts.allowance.giveBack(mail.to, kind);
        await outbox.discard(mail);
        this.parts.observer.tried(mail.template, isAllowed ? 'pointless' : 'withheld');
        return;
      }
      await this.#send(mail, content);
    } catch (error) {
      await this.#afterFailure(mail, error);
      return;
    }
    logger.info(fields, 'mail_sent');
    this.parts.observer.tried(mail.template, 'sent');
    this.#unmarked.push(mail);
    await this.#markUnmarked().catch((error: unknown) => {
      logger.warn({ error, ...fields }, 'mail_not_marked_sent');
    });
  }

  /** Asked at the first try only: a mail that could not be delivered has not been had. */
  async #isAllowed({ to, id, attempts }: ClaimedMail, kind: MailKind): Promise<boolean> {
    if (attempts > 1 || (await this.parts.allowance.take(to, kind, this.parts.isProven))) return true;
    this.parts.logger.info({ mail_id: id, template: kind.name }, 'mail_withheld');
    return false;
  }

  /** @throws Error for a mail that a newer version queued: it waits until that one takes it, or until this one is replaced */
  #kindOf({ template }: ClaimedMail): MailKind {
    const kind = this.parts.kinds.find(({ name }) => name === template);
    if (!kind) throw new Error(`this version knows no mail ${template}`);
    return kind;
  }

  async #contentOf(mail: ClaimedMail, { name, isPrepared }: MailKind): Promise<MailContent | null> {
    const { to, locale, payload, createdAt } = mail;
    if (!isPrepared) return { to, locale, values: payload };
    const prepare = this.parts.preparers[name];
    if (!prepare) throw new Error(`nothing prepares the mail ${name}`);
    return prepare(payload as never, createdAt);
  }

  async #send(mail: ClaimedMail, content: MailContent): Promise<void> {
    const { templates, transport, config } = this.parts;
    const rendered = await templates.render(mail.template, content.locale || mail.locale, content.values);
    const domain = config.fromAddress.slice(config.fromAddress.lastIndexOf('@') + 1);
    const outgoing = {
      ...rendered,
      id: mail.id,
      messageId: `<outbox-${mail.id}-${mail.createdAt.getTime()}@${domain}>`,
      from: { name: config.fromName, address: config.fromAddress },
      to: content.to,
    };
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    try {
      await traced(
        () => ({ name: 'mail send', kind: 'client', attributes: { 'mail.template': mail.template } }),
        () => transport.send(outgoing, signal),
      );
    } catch (error) {
      throw withoutSecrets(error, content.values);
    }
  }

  async #afterFailure(mail: ClaimedMail, error: unknown): Promise<void> {
    const { outbox, logger, config, clock, observer } = this.parts;
    const fields = { mail_id: mail.id, template: mail.template, attempts: mail.attempts };
    const reason = reasonOf(error);
    try {
      if (error instanceof MailRefusedError || mail.attempts >= config.maxAttempts) {
        logger.error({ ...fields, reason }, 'mail_failed');
        observer.tried(mail.template, 'failed');
        await outbox.giveUp(mail, reason);
        return;
      }
      observer.tried(mail.template, 'postponed');
      const delayMs = retryDelayMs(mail.attempts, Math.random());
      logger.warn({ ...fields, reason, retry_in_seconds: Math.round(delayMs / 1000) }, 'mail_postponed');
      await outbox.postpone(mail, new Date(clock.now().getTime() + delayMs), reason);
    } catch (failure) {
      // Its lease brings it back.
      logger.warn({ error: failure, ...fields }, 'mail_outcome_not_stored');
    }
  }

  async #markUnmarked(): Promise<void> {
    const mails = this.#unmarked;
    this.#unmarked = [];
    const results = await Promise.allSettled(mails.map((mail) => this.parts.outbox.markSent(mail)));
    this.#unmarked.push(...mails.filter((_mail, index) => results[index]?.status === 'rejected'));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }
}
