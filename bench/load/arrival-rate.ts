import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from './connection';
import { perform, type NextExchange } from './exchange';
import type { Timing } from './latencies';

export interface Arrivals {
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Requests that come at a constant rate whether the server keeps up or not, as visitors do. A latency counts from the
 * moment a request was due, so that a server that stalls cannot hide those it kept waiting.
 *
 * @param connections as many as may ever wait at the same time
 * @throws WrongAnswerError at a wrong answer; Error when a connection breaks
 */
export async function arrivalRate(
  connections: readonly Connection[],
  next: NextExchange,
  { perSecond, seconds }: Arrivals,
): Promise<Timing> {
  const total = Math.round(perSecond * seconds);
  const latenciesMs: number[] = [];
  const idle = [...connections];
  const startedAt = performance.now();
  let taken = 0;
  /** When the next request was due; undefined as long as none is. */
  const takeDue = (): number | undefined => {
    const dueAt = startedAt + (taken * 1000) / perSecond;
    if (taken >= total || performance.now() < dueAt) return undefined;
    taken += 1;
    return dueAt;
  };
  const serve = async (connection: Connection, firstDueAt: number): Promise<void> => {
    for (let dueAt: number | undefined = firstDueAt; dueAt !== undefined; dueAt = takeDue()) {
      await perform(connection, next());
      latenciesMs.push(performance.now() - dueAt);
    }
    idle.push(connection);
  };

  const served: Promise<void>[] = [];
  while (taken < total) {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      const dueAt = takeDue();
      if (dueAt === undefined) {
        idle.push(connection);
        break;
      }
      served.push(serve(connection, dueAt));
    }
    await delay(1);
  }
  await Promise.all(served);
  return { requests: latenciesMs.length, seconds: (performance.now() - startedAt) / 1000, latenciesMs };
}
