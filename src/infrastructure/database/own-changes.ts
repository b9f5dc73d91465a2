/** Whose rows a write makes stale: one user's, those of nobody that anything is remembered of, or possibly everybody's. */
export type Concerns = number | 'nobody' | 'everybody';

/** How long a change is remembered: longer than any answer is relied on (SESSION_CHECK_MAX_AGE_MS). */
const REMEMBERED_MS = 1_000;

/**
 * What this node itself has changed of late, and when: whatever the database said before is not to be relied on. Times are
 * `performance.now()` milliseconds.
 */
export class OwnChanges {
  #everybodyAtMs = -Infinity;
  #anybodyAtMs = -Infinity;
  /** The latest last, so that the oldest are found first. */
  readonly #usersAtMs = new Map<number, number>();

  /** @param rememberedMs how long a change is remembered: nobody asks about moments that are longer ago */
  constructor(private readonly rememberedMs: number = REMEMBERED_MS) {}

  /** To be called when a write has ended, committed or not. */
  note(concerns: Concerns): void {
    if (concerns === 'nobody') return;
    const nowMs = performance.now();
    this.#anybodyAtMs = nowMs;
    if (concerns === 'everybody') {
      this.#everybodyAtMs = nowMs;
      return;
    }
    this.#usersAtMs.delete(concerns);
    this.#usersAtMs.set(concerns, nowMs);
    for (const [userId, atMs] of this.#usersAtMs) {
      if (nowMs - atMs <= this.rememberedMs) break;
      this.#usersAtMs.delete(userId);
    }
  }

  /** Whether anything of the user may have changed since; without a user, anything at all. */
  since(momentMs: number, userId: number | undefined): boolean {
    if (userId === undefined) return this.#anybodyAtMs >= momentMs;
    return this.#everybodyAtMs >= momentMs || (this.#usersAtMs.get(userId) ?? -Infinity) >= momentMs;
  }
}
