import { setImmediate as nextTurn } from 'node:timers/promises';
import { BatchedCounters } from '../../src/infrastructure/rate-limit/batched-counters';
import type { Count, CounterStore, Increment } from '../../src/infrastructure/rate-limit/counters';

interface Call {
  readonly increments: readonly Increment[];
  readonly answer: (counts: readonly Count[]) => void;
  readonly fail: (error: Error) => void;
}

/** A store that answers when the test says so. */
function hangingStore(isOneServer: boolean): { store: CounterStore; calls: Call[] } {
  const calls: Call[] = [];
  const incrementAll = (increments: readonly Increment[]): Promise<readonly Count[]> =>
    new Promise((answer, fail) => calls.push({ increments: [...increments], answer, fail }));
  const turns = { takeTurn: async () => 0, clear: async () => undefined };
  return { store: { isOneServer, incrementAll, ...turns }, calls };
}

const NOW = 1_000_000;
const COUNT: Count = { count: 1, resetAtMs: NOW + 60_000 };
const keysOf = (call: Call | undefined): string[] => (call?.increments ?? []).map(({ key }) => key);

it('should ask one server twice at the same time at most, and refuse those who wait when it fails', async () => {
  const { store, calls } = hangingStore(true);
  const counters = new BatchedCounters(store);
  const outcomes: Promise<unknown>[] = [];
  for (const key of ['a', 'b', 'c', 'd']) {
    outcomes.push(
      counters.increment(key, 1, 60_000, NOW).catch((error: unknown) => (error as Error).message),
    );
    await nextTurn();
  }
  await nextTurn();
  expect(calls.map(keysOf)).toEqual([['a'], ['b']]);
  calls[0]?.fail(new Error('down'));
  expect(await Promise.all([outcomes[0], outcomes[2], outcomes[3]])).toEqual(['down', 'down', 'down']);
  calls[1]?.answer([COUNT]);
  expect(await outcomes[1]).toEqual(COUNT);
  expect(calls).toHaveLength(2);
});

it('should let those who wait travel together when the call before is answered', async () => {
  const { store, calls } = hangingStore(true);
  const counters = new BatchedCounters(store);
  const [first] = ['a', 'b', 'c', 'd'].map((key) => counters.increment(key, 1, 60_000, NOW));
  await nextTurn();
  const later = ['a', 'e', 'e'].map((key) => counters.increment(key, 1, 60_000, NOW));
  await nextTurn();
  // What is under way about a key is waited for.
  expect(calls.map(keysOf)).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  calls[1]?.answer([{ ...COUNT, count: 7 }]);
  expect((await Promise.all(later.slice(1))).map(({ count }) => count)).toEqual([6, 7]);
  calls[0]?.answer([COUNT, COUNT, COUNT, COUNT]);
  expect(await first).toEqual(COUNT);
  await nextTurn();
  expect(keysOf(calls[2])).toEqual(['a']);
});

it('should ask for each key alone where the counters are on several servers, and fail for that one', async () => {
  const { store, calls } = hangingStore(false);
  const counters = new BatchedCounters(store);
  const outcomes = ['a', 'b', 'c', 'd'].map((key) => counters.increment(key, 1, 60_000, NOW));
  await nextTurn();
  expect(calls.map(keysOf)).toEqual([['a'], ['b'], ['c'], ['d']]);
  calls[0]?.fail(new Error('down'));
  await expect(outcomes[0]).rejects.toThrow('down');
  for (const call of calls.slice(1)) call.answer([COUNT]);
  expect(await Promise.all(outcomes.slice(1))).toEqual([COUNT, COUNT, COUNT]);
});
