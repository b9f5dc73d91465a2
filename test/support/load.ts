import type { ServerRun } from './server-process';

export interface Attempt {
  readonly email: string;
  /** `ok`, an error code, or `lost` where no answer came. */
  readonly outcome: string;
}

/** Registers one address after the other on several connections until told to stop. */
export class Load {
  readonly attempts: Attempt[] = [];
  #stopping = false;
  readonly #workers: Promise<void>[];

  constructor(server: ServerRun, connections: number) {
    this.#workers = Array.from({ length: connections }, async (_, worker) => {
      for (let count = 0; !this.#stopping; count += 1) {
        const email = `w${worker}-${count}@example.com`;
        const answer = await server.register(email).catch(() => ({ code: 'lost' }));
        this.attempts.push({ email, outcome: 'token' in answer ? 'ok' : answer.code });
        if ('code' in answer) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  get acknowledged(): string[] {
    return this.attempts.filter(({ outcome }) => outcome === 'ok').map(({ email }) => email);
  }

  async until(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<number> {
    const startedAt = performance.now();
    while (!(await condition())) {
      if (performance.now() - startedAt > withinMs)
        throw new Error(`not within ${withinMs} ms; outcomes: ${JSON.stringify(this.attempts.slice(-20))}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - startedAt;
  }

  /** What clients heard, and how often. */
  outcomes(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { outcome } of this.attempts) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#workers);
  }
}
