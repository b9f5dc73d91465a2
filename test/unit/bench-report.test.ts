import { whatMoved } from '../../bench/report/moved';
import type { Result, Results } from '../../bench/report/results';
import { table } from '../../bench/report/table';

function result(scenario: string, ratio: number, of: 'cpuUs' | 'perSecond' = 'cpuUs'): Result {
  return {
    database: 'postgresql',
    measuredAt: '2026-11-21T10:00:00.000Z',
    rounds: 3,
    seconds: 4,
    scenario,
    subject: 'gateway',
    figures: { cpuUs: 100 * ratio, perSecond: 2_000, p99Ms: 4.25 },
    baseline: { name: 'B2 select', figures: { cpuUs: 100, perSecond: 9_000, p99Ms: NaN } },
    ratio: { of, value: ratio },
  };
}

function results(...all: Result[]): Results {
  const machine = { processor: 'any', cores: 2, memoryGb: 8, system: 'linux', node: 'v20.20.2' };
  return { machine, commit: 'abc', ownCores: true, databases: {}, results: all };
}

describe('the report of a benchmark', () => {
  it('should tell the ratios that moved by more than a tenth, either way', () => {
    const before = results(result('me', 2), result('refresh', 4), result('booking', 3), result('gone', 1));
    const now = results(result('me', 2.5), result('refresh', 3), result('booking', 3.2), result('new', 9));
    expect(whatMoved(now, before)).toEqual([
      'postgresql me: ratio 2.00 -> 2.50 (+25 %)',
      'postgresql refresh: ratio 4.00 -> 3.00 (-25 %)',
    ]);
  });

  it('should not compare ratios of different figures', () => {
    expect(whatMoved(results(result('me', 9, 'perSecond')), results(result('me', 2)))).toEqual([]);
  });

  it('should show each figure beside its baseline', () => {
    expect(table([result('me', 2)])).toBe(
      [
        '| scenario | beside    | processor µs | a second    | p99 ms | ratio            |',
        '| -------- | --------- | ------------ | ----------- | ------ | ---------------- |',
        '| me       | B2 select | 200 / 100    | 2000 / 9000 | 4.3    | 2.00 (processor) |',
      ].join('\n'),
    );
  });
});
