import type { KeyPairAlgorithm } from '../../config';

/** For how long others may rely on what `jwks.json` said, in seconds. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** How long a key is published before it signs: twice what others may remember. Less only where keys live for minutes. */
const MIN_NOTICE_MS = 2 * JWKS_MAX_AGE_SECONDS * 1000;
/** The next key is made so long before it signs. */
const NOTICE_MS = 24 * 60 * 60 * 1000;
/** Clocks of nodes and of those who verify may be apart by so much. */
const CLOCK_SKEW_MS = 60_000;
/** What has ended stays in the list for a while. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** When a key is what. */
export interface KeyTimes {
  readonly kid: string;
  readonly algorithm: KeyPairAlgorithm;
  readonly createdAt: Date;
  readonly activeAt: Date;
  readonly retiredAt: Date | null;
}

export interface RotationTerms {
  /** The configured one; undefined where a secret signs. */
  readonly algorithm: KeyPairAlgorithm | undefined;
  readonly rotationMs: number;
  /** The longest life of a token. */
  readonly tokenLifeMs: number;
}

export type KeyState = 'next' | 'signing' | 'verifying' | 'retired' | 'ended';

/** What is to be done to the keys. */
export type Chore =
  /** A key for `algorithm` that signs from `activeAt`. */
  | { readonly kind: 'make'; readonly algorithm: KeyPairAlgorithm; readonly activeAt: Date }
  | { readonly kind: 'forget'; readonly kid: string };

/** The rules by which keys follow one another; times in milliseconds. Each algorithm has a chain of its own. */
export class Timetable<Key extends KeyTimes> {
  constructor(
    readonly keys: readonly Key[],
    private readonly terms: RotationTerms,
  ) {}

  /**
   * The one whose turn it is at `now`; the next one already when that was retired, for those before it are over.
   */
  signing(now: Date): Key | undefined {
    const current = this.chain().findLast((key) => key.activeAt <= now && hadItsTurn(key));
    return current?.retiredAt === null ? current : this.next(now);
  }

  /** The one that will sign next. */
  next(now: Date): Key | undefined {
    return this.chain().find((key) => key.retiredAt === null && key.activeAt > now);
  }

  /** All that have the configured algorithm, the oldest first. */
  chain(algorithm = this.terms.algorithm): Key[] {
    return this.keys
      .filter((key) => key.algorithm === algorithm)
      .sort((one, other) => one.activeAt.getTime() - other.activeAt.getTime());
  }

  /** The one that the next to be made follows: the youngest, whatever became of it. */
  lastMade(): Key | undefined {
    return this.chain()
      .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
      .at(-1);
  }

  /** When no token of a key is taken any more: with the last that it can have signed. Infinite while it may sign. */
  endMs(key: Key): number {
    if (key.retiredAt) return key.retiredAt.getTime();
    const { rotationMs, tokenLifeMs, algorithm } = this.terms;
    const after = this.#successorOf(key);
    if (!after && key.algorithm === algorithm) return Infinity;
    // One whose algorithm was given up has no successor, and signed no longer than its time.
    const lastUseMs = after?.activeAt.getTime() ?? key.activeAt.getTime() + rotationMs;
    return lastUseMs + tokenLifeMs + CLOCK_SKEW_MS;
  }

  /** Signs no more, on no node, whatever its clock says. */
  hasSigned(key: Key, now: Date): boolean {
    const after = this.#successorOf(key);
    return after !== undefined && after.activeAt.getTime() + CLOCK_SKEW_MS < now.getTime();
  }

  /** The one that signs in its place, or has. */
  #successorOf({ algorithm, activeAt }: Key): Key | undefined {
    return this.chain(algorithm).find((other) => other.activeAt > activeAt && hadItsTurn(other));
  }

  isTaken(key: Key, now: Date): boolean {
    return now.getTime() < this.endMs(key);
  }

  stateOf(key: Key, now: Date): KeyState {
    if (key.retiredAt) return 'retired';
    if (!this.isTaken(key, now)) return 'ended';
    if (key === this.signing(now)) return 'signing';
    return key === this.next(now) ? 'next' : 'verifying';
  }

  chores(now: Date): Chore[] {
    const forgotten = this.keys
      .filter((key) => this.endMs(key) + REMEMBERED_MS < now.getTime())
      .map(({ kid }) => ({ kind: 'forget', kid }) as const);
    const { algorithm } = this.terms;
    const activeAt = this.#nextTurn(now);
    return algorithm === undefined || activeAt === undefined
      ? forgotten
      : [{ kind: 'make', algorithm, activeAt }, ...forgotten];
  }

  /** When a key that is to be made now shall sign; undefined as long as none is due. */
  #nextTurn(now: Date): Date | undefined {
    const signing = this.signing(now);
    if (!signing) return now;
    if (this.next(now)) return undefined;
    const { rotationMs } = this.terms;
    const dueMs = signing.activeAt.getTime() + rotationMs;
    if (now.getTime() < dueMs - Math.min(NOTICE_MS, rotationMs / 2)) return undefined;
    return new Date(Math.max(dueMs, now.getTime() + Math.min(MIN_NOTICE_MS, rotationMs / 2)));
  }
}

/** Or will have it. One that was retired before it has signed nothing, and nothing follows it. */
function hadItsTurn({ activeAt, retiredAt }: KeyTimes): boolean {
  return retiredAt === null || retiredAt >= activeAt;
}
