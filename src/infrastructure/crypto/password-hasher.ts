import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors';
import { currentRequestContext } from '../../foundation/request-context';
import { FairPlaces } from './fair-places';
import { FairQueue } from './fair-queue';
import { PasswordThread, type PasswordTask } from './password-thread';

export interface PasswordHasherOptions {
  /** bcrypt's cost: 2^cost rounds, 4 to 31. */
  readonly cost: number;
  /** How many hashes run at once, each in a thread of its own. */
  readonly concurrency: number;
  /** How many more may wait; one too many is refused at once. */
  readonly queueLimit: number;
  /** How many of those that run or wait may be one owner's. */
  readonly placesPerOwner: number;
}

/** A place among those who hash or wait, for somebody who has other work to do before. */
export interface HashPlace {
  /** Gives it back, to others or in the same tick to a hash of one's own. */
  release(): void;
}

/** Hears what becomes of hashes, for the metrics; times are seconds. */
export interface HashObserver {
  waited(seconds: number): void;
  hashed(seconds: number): void;
  refused(reason: 'full' | 'aborted'): void;
}

interface Entry {
  readonly submittedAtMs: number;
  readonly task: PasswordTask;
  readonly owner: string;
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: unknown) => void;
  /** Stops listening to the signal: once started, a task runs to its end. */
  readonly release: () => void;
}

/** bcrypt reads no further. */
const maxPasswordBytes = 72;
/** A cost 12 hash on a current core; only used until the first real duration is known. */
const assumedCost12Ms = 175;
/** Weight of the newest duration in the running mean. */
const meanWeight = 0.2;
const hashPattern = /^\$2b\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/**
 * Hashes and verifies passwords with bcrypt, off the event loop, in a bounded queue.
 *
 * All work has an owner, as `hashOwner` tells: owners take turns, and none fills the queue for the others.
 *
 * Both `hash` and `verify` raise
 * - SERVICE_UNAVAILABLE with seconds to wait when the queue is full, or the owner's share of it, when the signal is
 *   aborted before the work has started (its reason is the cause), or when the hasher is closed;
 * - a RangeError, which is a mistake in the calling code, for a password that bcrypt would not take whole;
 * - a plain Error when the thread at work dies; what is queued goes on in another one.
 */
export class PasswordHasher {
  private readonly cost: number;
  private readonly threads: readonly PasswordThread[];
  /** Held by those that run, that wait, and that have reserved one. */
  private readonly places: FairPlaces;
  private readonly waiting = new FairQueue<Entry>();
  private readonly active = new Map<PasswordThread, Promise<void>>();
  private readonly dummyHash: string;
  private meanMs: number;
  private closing: Promise<void> | null = null;

  /** Starts the threads without waiting for them. */
  constructor(
    options: PasswordHasherOptions,
    private readonly observer?: HashObserver,
  ) {
    this.cost = integerBetween('cost', options.cost, 4, 31);
    const queueLimit = integerBetween('queueLimit', options.queueLimit, 0, Number.MAX_SAFE_INTEGER);
    const concurrency = integerBetween('concurrency', options.concurrency, 1, 64);
    const perOwner = integerBetween('placesPerOwner', options.placesPerOwner, 1, Number.MAX_SAFE_INTEGER);
    this.places = new FairPlaces(concurrency + queueLimit, perOwner);
    this.meanMs = assumedCost12Ms * 2 ** (this.cost - 12);
    this.dummyHash = makeDummyHash(this.cost);
    this.threads = Array.from({ length: concurrency }, () => new PasswordThread());
    for (const thread of this.threads) thread.start();
  }

  /** Tasks that wait for a thread. */
  get queued(): number {
    return this.waiting.size;
  }

  /** Tasks that a thread is working on. */
  get running(): number {
    return this.active.size;
  }

  /**
   * Takes a place ahead of what leads to a hash, so that whoever cannot get one is told before any work is done.
   * @throws AppError SERVICE_UNAVAILABLE with seconds to wait when the queue or the owner's share of it is full
   */
  reserve(owner: string): HashPlace {
    this.takePlace(owner);
    let held = true;
    return {
      release: () => {
        if (held) this.places.giveBack(owner);
        held = false;
      },
    };
  }

  async hash(password: string, owner: string, signal?: AbortSignal): Promise<string> {
    assertTakenWhole(password);
    return (await this.submit({ kind: 'hash', password, cost: this.cost }, owner, signal)) as string;
  }

  /**
   * Whether the password fits the hash. With null, for an unknown user, the same work is done and the answer is
   * false. A stored hash of another cost takes another time, until it is renewed at that user's next login (see
   * `needsRehash`), and one that is no bcrypt hash takes none.
   */
  async verify(password: string, hash: string | null, owner: string, signal?: AbortSignal): Promise<boolean> {
    assertTakenWhole(password);
    const task: PasswordTask = { kind: 'verify', password, hash: hash ?? this.dummyHash };
    const fits = await this.submit(task, owner, signal);
    return fits === true && hash !== null;
  }

  /** Whether a hash is of another cost or kind than those made here. */
  needsRehash(hash: string): boolean {
    return Number(hashPattern.exec(hash)?.[1]) !== this.cost;
  }

  /** A hash that no password fits and that costs what any comparison costs: for an account whose password is taken away. */
  unusableHash(): string {
    return makeDummyHash(this.cost);
  }

  /** Refuses what is waiting, lets what is running end, and stops the threads. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private submit(
    task: PasswordTask,
    owner: string,
    // Whoever works for a request gives up its place in the queue when its client goes.
    signal: AbortSignal | undefined = currentRequestContext()?.signal,
  ): Promise<string | boolean> {
    return new Promise((resolve, reject) => {
      if (this.closing) throw this.unavailable(new Error('Password hasher is closed'));
      if (signal?.aborted) throw this.unavailable(signal.reason);
      this.takePlace(owner);
      const idle = this.threads.find((thread) => !this.active.has(thread));

      const onAbort = (): void => {
        this.waiting.delete(owner, entry);
        this.places.giveBack(owner);
        this.observer?.refused('aborted');
        reject(this.unavailable(signal?.reason));
      };
      const release = (): void => signal?.removeEventListener('abort', onAbort);
      const entry: Entry = { submittedAtMs: performance.now(), task, owner, resolve, reject, release };
      if (idle) {
        this.begin(idle, entry);
      } else {
        signal?.addEventListener('abort', onAbort, { once: true });
        this.waiting.add(owner, entry);
      }
    });
  }

  private takePlace(owner: string): void {
    if (this.places.take(owner)) return;
    this.observer?.refused('full');
    throw this.unavailable(new Error('Password queue is full'));
  }

  private begin(thread: PasswordThread, entry: Entry): void {
    this.active.set(thread, this.work(thread, entry));
  }

  private async work(thread: PasswordThread, entry: Entry): Promise<void> {
    const { submittedAtMs, task, owner, resolve, reject } = entry;
    const startedAt = performance.now();
    this.observer?.waited((startedAt - submittedAtMs) / 1000);
    try {
      resolve(await thread.run(task));
      const durationMs = performance.now() - startedAt;
      this.observer?.hashed(durationMs / 1000);
      this.meanMs += meanWeight * (durationMs - this.meanMs);
    } catch (error) {
      reject(error);
    } finally {
      // In the same tick, so that nobody overtakes those who wait.
      this.active.delete(thread);
      this.places.giveBack(owner);
      this.next(thread);
    }
  }

  private next(thread: PasswordThread): void {
    const entry = this.waiting.shift();
    if (!entry) return;
    entry.release();
    this.begin(thread, entry);
  }

  private async shutDown(): Promise<void> {
    for (let entry = this.waiting.shift(); entry; entry = this.waiting.shift()) {
      entry.release();
      this.places.giveBack(entry.owner);
      entry.reject(this.unavailable(new Error('Password hasher is closed')));
    }
    await Promise.all(this.active.values());
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }

  /** `retryAfterSeconds` is when everything accepted by now will be done. */
  private unavailable(cause: unknown): AppError {
    const rounds = this.places.taken / this.threads.length;
    return new AppError('SERVICE_UNAVAILABLE', { cause, retryAfterSeconds: (rounds * this.meanMs) / 1000 });
  }
}

/** bcrypt cuts at 72 bytes and repeats the password with a NUL between, so that "a" would fit the hash of "a\0a". */
function assertTakenWhole(password: string): void {
  if (Buffer.byteLength(password, 'utf8') > maxPasswordBytes) {
    throw new RangeError(`Password is longer than ${maxPasswordBytes} bytes`);
  }
  if (password.includes('\0')) throw new RangeError('Password holds a NUL');
}

/**
 * A well-formed hash of no known password: comparing with it costs what any comparison costs. The last character
 * of the salt has only four possible values; a dot is one.
 */
function makeDummyHash(cost: number): string {
  const letters = randomBytes(39).toString('base64').replaceAll('+', '.');
  return `$2b$${String(cost).padStart(2, '0')}$${letters.slice(0, 21)}.${letters.slice(21, 52)}`;
}

/** bcrypt itself would quietly take another cost. */
function integerBetween(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}`);
}
