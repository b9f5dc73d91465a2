import { AppError } from '../../errors';

/** So many of one key wait for the others at most; whoever comes after them is refused at once. */
const MAX_WAITING = 20;

interface Pending {
  /** Tries that ask for their turn. */
  asking: number;
  /** Tries that took it, and do not know yet whether the password is right. */
  tried: number;
  successes: number;
  waiting: ((hasOneSucceeded: boolean) => void)[];
}

export type SettleTry = (hasSucceeded: boolean) => void;

/**
 * The tries of this process whose outcome is open. Who finds no turn left waits for them: were one right, the turns would be
 * given back.
 */
export class PendingTries {
  readonly #pending = new Map<string, Pending>();

  /**
   * Takes a turn, once more after each success of another try under the same key.
   * @param takeTurn throws AppError RATE_LIMITED where none is left
   * @returns what to call with the outcome, once
   */
  async begin(key: string, takeTurn: () => Promise<void>): Promise<SettleTry> {
    for (;;) {
      const pending = this.#of(key);
      const refusal = await this.#ask(pending, takeTurn);
      if (refusal === undefined) return (hasSucceeded) => this.#settle(key, pending, hasSucceeded);
      const isOver = refusal instanceof AppError && refusal.code === 'RATE_LIMITED';
      if (!isOver || !(await this.#oneSucceeds(key, pending))) {
        this.#endIfIdle(key, pending);
        throw refusal;
      }
    }
  }

  #of(key: string): Pending {
    const pending = this.#pending.get(key) ?? { asking: 0, tried: 0, successes: 0, waiting: [] };
    this.#pending.set(key, pending);
    return pending;
  }

  /** What `takeTurn` throws; undefined when the turn is taken, or somebody succeeded while it was asked for. */
  async #ask(pending: Pending, takeTurn: () => Promise<void>): Promise<Error | undefined> {
    for (;;) {
      const { successes } = pending;
      pending.asking += 1;
      try {
        await takeTurn();
        pending.tried += 1;
        return undefined;
      } catch (error) {
        if (pending.successes === successes) return error as Error;
      } finally {
        pending.asking -= 1;
      }
    }
  }

  async #oneSucceeds(key: string, pending: Pending): Promise<boolean> {
    if (pending.waiting.length >= MAX_WAITING) return false;
    const outcome = new Promise<boolean>((resolve) => pending.waiting.push(resolve));
    this.#endIfIdle(key, pending);
    return outcome;
  }

  #settle(key: string, pending: Pending, hasSucceeded: boolean): void {
    pending.tried -= 1;
    if (hasSucceeded) {
      pending.successes += 1;
      for (const tell of pending.waiting.splice(0)) tell(true);
    }
    this.#endIfIdle(key, pending);
  }

  /** Those who wait are told when nobody is left who could succeed. */
  #endIfIdle(key: string, pending: Pending): void {
    if (pending.tried > 0 || pending.asking > 0) return;
    for (const tell of pending.waiting.splice(0)) tell(false);
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
  }
}
