import type { Answer } from './clients';

interface Phase {
  readonly name: string;
  readonly startedAt: number;
  seconds: number;
  requests: number;
  readonly failures: Map<string, number>;
  readonly milliseconds: number[];
  /** Which operation took the longest. */
  slowest: string;
}

/** What became of all requests, by the phase in which they were sent. */
export class Tally {
  readonly #phases: Phase[] = [];

  /** Requests sent from now on belong to it. */
  begin(name: string): void {
    this.#end();
    this.#phases.push({
      name,
      startedAt: performance.now(),
      seconds: 0,
      requests: 0,
      failures: new Map(),
      milliseconds: [],
      slowest: '',
    });
  }

  /** Counts one request that `send` sends. */
  async count(operation: string, send: () => Promise<Answer>): Promise<Answer> {
    const phase = this.#phase;
    phase.requests += 1;
    const startedAt = performance.now();
    const answer = await send();
    const took = performance.now() - startedAt;
    if (took >= longestOf(phase)) phase.slowest = operation;
    phase.milliseconds.push(took);
    if (answer.code !== null) {
      const failure = `${operation}: ${answer.code}`;
      phase.failures.set(failure, (phase.failures.get(failure) ?? 0) + 1);
    }
    return answer;
  }

  /** Counts one that nobody was free to send. */
  unsent(): string {
    this.#phase.failures.set(
      'unsent, everybody waited',
      (this.#phase.failures.get('unsent, everybody waited') ?? 0) + 1,
    );
    return 'unsent';
  }

  get #phase(): Phase {
    const phase = this.#phases.at(-1);
    if (!phase) throw new Error('no phase has begun');
    return phase;
  }

  get failed(): number {
    return this.#phases.reduce(
      (sum, { failures }) => sum + [...failures.values()].reduce((all, one) => all + one, 0),
      0,
    );
  }

  get requests(): number {
    return this.#phases.reduce((sum, { requests }) => sum + requests, 0);
  }

  /** A line for each phase. */
  report(): string[] {
    this.#end();
    return this.#phases.map((phase) => {
      const sorted = phase.milliseconds.toSorted((one, other) => one - other);
      const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(0);
      const failures = [...phase.failures].map(([what, times]) => `${times} × ${what}`).join(', ');
      return (
        `${phase.name.padEnd(34)} ${phase.seconds.toFixed(1).padStart(5)} s ${String(phase.requests).padStart(6)} requests, ` +
        `ms: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (${phase.slowest}); failed: ${failures || 'none'}`
      );
    });
  }

  #end(): void {
    const phase = this.#phases.at(-1);
    if (phase?.seconds === 0) phase.seconds = (performance.now() - phase.startedAt) / 1000;
  }
}

function longestOf({ milliseconds }: Phase): number {
  return milliseconds.reduce((longest, one) => Math.max(longest, one), 0);
}
