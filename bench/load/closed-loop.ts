import type { Connection } from './connection';
import { perform, type NextExchange } from './exchange';
import type { Timing } from './latencies';

/**
 * Each connection asks as soon as it has the answer before, for `seconds`; what is under way then is waited for.
 * @throws WrongAnswerError at the first wrong answer; Error when a connection breaks
 */
export async function closedLoop(
  connections: readonly Connection[],
  next: NextExchange,
  seconds: number,
): Promise<Timing> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const client = async (connection: Connection): Promise<void> => {
    for (let sentAt = startedAt; sentAt < endsAt;) {
      await perform(connection, next());
      const answeredAt = performance.now();
      latenciesMs.push(answeredAt - sentAt);
      sentAt = answeredAt;
    }
  };
  await Promise.all(connections.map(client));
  return { requests: latenciesMs.length, seconds: (performance.now() - startedAt) / 1000, latenciesMs };
}
