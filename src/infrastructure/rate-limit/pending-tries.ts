/** So many of one key wait for those before them at most; whoever comes after them is refused at once. */
const MAX_WAITING = 20;

interface Pending {
  count: number;
  waiting: ((hasSucceeded: boolean) => void)[];
}

/**
 * The tries of this process that took their turn and do not know yet whether the password is right. Who finds no turn left
 * waits for them: were one right, the turns would be given back.
 */
export class PendingTries {
  readonly #pending = new Map<string, Pending>();

  /** Notes a try that took its turn. @returns what to call with its outcome, once */
  begin(key: string): (hasSucceeded: boolean) => void {
    const pending = this.#pending.get(key) ?? { count: 0, waiting: [] };
    pending.count += 1;
    this.#pending.set(key, pending);
    return (hasSucceeded) => this.#settle(key, pending, hasSucceeded);
  }

  /** Whether one of the pending tries succeeds: told as soon as one does, or when none is left. */
  async oneSucceeds(key: string): Promise<boolean> {
    const pending = this.#pending.get(key);
    if (pending === undefined || pending.waiting.length >= MAX_WAITING) return false;
    return new Promise((resolve) => pending.waiting.push(resolve));
  }

  #settle(key: string, pending: Pending, hasSucceeded: boolean): void {
    pending.count -= 1;
    if (pending.count === 0) this.#pending.delete(key);
    if (!hasSucceeded && pending.count > 0) return;
    for (const tell of pending.waiting.splice(0)) tell(hasSucceeded);
  }
}
