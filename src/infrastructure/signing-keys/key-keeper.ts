import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../../foundation/clock';
import type { Logger } from '../telemetry/logger';
import type { KeyRing } from './key-ring';
import type { KeyRecord, KeyStore } from './key-store';
import type { Chore, Timetable } from './timetable';

/** How often a node looks whether another one retired the key that it signs with, and whether one is due. */
const LOOK_EVERY_MS = 1_000;

/** Sees to it that there is a key to sign with, and in time the next one. Any number of nodes may. */
export class KeyKeeper {
  /** In the context of nobody's request. */
  readonly #scope = new AsyncResource('KeyKeeper');
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<unknown> | undefined;
  #stopped = false;
  #isFailing = false;

  constructor(
    private readonly store: KeyStore,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Before the first token is signed.
   * @throws ConfigurationError when the key in use was sealed under another secret; AppError SERVICE_UNAVAILABLE
   */
  async prepare(): Promise<void> {
    await this.work();
    this.ring.signing();
    await this.#resealAll(await this.ring.reload());
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#scope
        .runInAsyncScope(() => this.work())
        .then(
          () => (this.#isFailing = false),
          (error: unknown) => this.#tellOnce(error),
        )
        .finally(() => this.start());
    }, LOOK_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  /** Whatever is due. */
  async work(): Promise<void> {
    const timetable = await this.ring.reload();
    const now = this.clock.now();
    const chores = timetable.chores(now);
    for (const chore of chores) await this.#do(chore, timetable);
    for (const key of timetable.keys)
      if (key.sealedPrivateKey && timetable.hasSigned(key, now)) await this.store.wipe(key.kid);
    if (chores.length > 0) await this.ring.reload();
  }

  /** An outage is one line, not one a second. */
  #tellOnce(error: unknown): void {
    if (!this.#isFailing) this.logger.warn({ error }, 'signing_keys_not_kept');
    this.#isFailing = true;
  }

  async #do(chore: Chore, timetable: Timetable<KeyRecord>): Promise<void> {
    if (chore.kind === 'forget') {
      await this.store.forget(chore.kid);
      return;
    }
    const { algorithm, activeAt } = chore;
    if (await this.store.add(algorithm, timetable.lastMade(), activeAt))
      this.logger.info({ algorithm, signs_from: activeAt.toISOString() }, 'signing_key_made');
  }

  /** What an earlier root secret sealed is sealed by the one in use, so that the earlier one can go. */
  async #resealAll(timetable: Timetable<KeyRecord>): Promise<void> {
    const { sealing } = this.store;
    for (const { kid, sealedPrivateKey } of timetable.keys) {
      const opened = sealedPrivateKey && sealing.open(sealedPrivateKey, kid);
      if (opened && !opened.isCurrent) await this.store.reseal(kid, sealing.seal(opened.privateKey, kid));
    }
  }
}
