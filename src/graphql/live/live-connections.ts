import type { SubscriptionsConfig } from '../../config';
import { AppError } from '../../errors';
import type { Authenticator } from '../../features/sign-in';
import type { SessionViewer } from '../../foundation/viewer';
import type { LiveSignals } from '../../infrastructure/events/live-signals';

interface Held {
  readonly viewer: SessionViewer;
  readonly end: () => void;
}

interface OfUser {
  readonly held: Set<Held>;
  readonly unwatch: () => void;
}

/** Counts the connections of this process, and ends those whose session has ended. */
export class LiveConnections {
  #open = 0;
  readonly #users = new Map<number, OfUser>();

  constructor(
    private readonly authenticator: Pick<Authenticator, 'stillThere'>,
    private readonly signals: Pick<LiveSignals, 'watch'>,
    private readonly limits: Pick<SubscriptionsConfig, 'maxConnections' | 'maxConnectionsPerUser'>,
  ) {}

  get count(): number {
    return this.#open;
  }

  /** A place for a connection, whoever it is. @returns what gives it back @throws AppError SERVICE_UNAVAILABLE */
  reserve(): () => void {
    if (this.#open >= this.limits.maxConnections)
      throw new AppError('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });
    this.#open += 1;
    return once(() => (this.#open -= 1));
  }

  /**
   * @param end called once the session has ended
   * @returns what forgets the connection
   * @throws AppError RATE_LIMITED when the user has as many as they may
   */
  hold(viewer: SessionViewer, end: () => void): () => void {
    const { userId } = viewer;
    const ofUser = this.#users.get(userId) ?? this.#watch(userId);
    if (ofUser.held.size >= this.limits.maxConnectionsPerUser)
      throw new AppError('RATE_LIMITED', { message: 'Too many connections of this user' });
    const held: Held = { viewer, end };
    ofUser.held.add(held);
    return once(() => {
      ofUser.held.delete(held);
      if (ofUser.held.size > 0) return;
      ofUser.unwatch();
      this.#users.delete(userId);
    });
  }

  #watch(userId: number): OfUser {
    const held = new Set<Held>();
    const unwatch = this.signals.watch(userId, 'sessions', () => void this.#check(held));
    const ofUser = { held, unwatch };
    this.#users.set(userId, ofUser);
    return ofUser;
  }

  async #check(held: ReadonlySet<Held>): Promise<void> {
    await Promise.all([...held].map((one) => this.#checkOne(one)));
  }

  /** While the database is away nobody is sent away; no event comes through either. */
  async #checkOne({ viewer, end }: Held): Promise<void> {
    try {
      await this.authenticator.stillThere(viewer);
    } catch (error) {
      if (error instanceof AppError && error.code === 'INVALID_TOKEN') end();
    }
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
