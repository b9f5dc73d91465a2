import { RestartDelay } from '../../src/cluster/restart-delay';

const MINUTE = 60_000;

describe('how soon a worker that died is replaced', () => {
  it('should be at once for the first, and ever later for those that die soon after', () => {
    const delay = new RestartDelay();
    expect(Array.from({ length: 8 }, () => delay.next(100))).toEqual([
      0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('should begin anew after one that served for a while', () => {
    const delay = new RestartDelay();
    delay.next(100);
    delay.next(100);
    expect(delay.next(MINUTE)).toBe(0);
    expect(delay.next(100)).toBe(1_000);
  });
});
