import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import type { KeyRing } from './key-ring';
import type { KeyStore, KeyRecord } from './key-store';
import { Timetable, type KeyState, type RotationTerms } from './timetable';

/** A key as operators see it. */
export interface ListedKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: KeyState;
  readonly createdAt: Date;
  readonly activeAt: Date;
  /** When the last of its tokens ends; undefined as long as it may sign. */
  readonly endsAt: Date | undefined;
}

/** What an operator does to the gateway's own key pairs. All methods throw AppError SERVICE_UNAVAILABLE. */
export class KeyAdministration {
  /**
   * @param ring of this process, which is to sign by what was changed from the next token on
   * @param signsByOwnKeys whether the operator keeps the keys, so that there is nothing to do here
   */
  constructor(
    private readonly store: KeyStore,
    private readonly ring: Pick<KeyRing, 'reload'>,
    private readonly terms: RotationTerms,
    private readonly signsByOwnKeys: boolean,
    private readonly clock: Clock,
  ) {}

  /** The oldest first. */
  async list(): Promise<ListedKey[]> {
    const timetable = await this.#timetable();
    const now = this.clock.now();
    return timetable.keys.map((key) => {
      const endMs = timetable.endMs(key);
      const { kid, algorithm, createdAt, activeAt } = key;
      const endsAt = Number.isFinite(endMs) ? new Date(endMs) : undefined;
      return { kid, algorithm, state: timetable.stateOf(key, now), createdAt, activeAt, endsAt };
    });
  }

  /**
   * Has another key sign, after a while in which it is published.
   * @throws AppError BAD_REQUEST where no key pair of the gateway's own signs
   */
  async rotate(inSeconds: number): Promise<ListedKey> {
    const activeAt = new Date(this.clock.now().getTime() + inSeconds * 1000);
    await this.#handOver(await this.#timetable(), activeAt);
    const made = (await this.list()).filter((key) => key.activeAt.getTime() === activeAt.getTime()).at(-1);
    if (!made) throw new AppError('BAD_REQUEST', { message: 'Somebody else rotated the keys just now' });
    return made;
  }

  /**
   * Ends a key at once: no token that it signed is taken any more. The one that signs is followed by another first.
   * @throws AppError NOT_FOUND for a key that is not there, or retired already
   */
  async retire(kid: string): Promise<void> {
    const timetable = await this.#timetable();
    const now = this.clock.now();
    if (timetable.signing(now)?.kid === kid) await this.#handOver(timetable, now);
    if (!(await this.store.retire(kid)))
      throw new AppError('NOT_FOUND', { message: `There is no key ${kid}, or it is retired` });
    await this.ring.reload();
  }

  async #handOver(timetable: Timetable<KeyRecord>, activeAt: Date): Promise<void> {
    const { algorithm } = this.terms;
    if (algorithm === undefined || this.signsByOwnKeys) {
      const message =
        algorithm === undefined
          ? 'Access tokens are signed with JWT_SECRET_KEY: there is no key to rotate'
          : 'Access tokens are signed with the keys of JWT_PRIVATE_KEY: rotate them there';
      throw new AppError('BAD_REQUEST', { message });
    }
    const next = timetable.next(this.clock.now());
    if (next) await this.store.setTurn(next.kid, activeAt);
    else if (!(await this.store.add(algorithm, timetable.lastMade(), activeAt)))
      throw new AppError('BAD_REQUEST', { message: 'Somebody else rotated the keys just now' });
    await this.ring.reload();
  }

  async #timetable(): Promise<Timetable<KeyRecord>> {
    return new Timetable(await this.store.list(), this.terms);
  }
}
