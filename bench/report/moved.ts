import { keyOf, type Results } from './results';

const NOTABLE = 0.1;

/**
 * What is no longer as it was, by more than a tenth. Ratios are compared, for they depend on the machine much less than
 * what they are made of.
 */
export function whatMoved(now: Results, before: Results): string[] {
  const known = new Map(before.results.map((result) => [keyOf(result), result]));
  return now.results.flatMap((result) => {
    const was = known.get(keyOf(result))?.ratio;
    const is = result.ratio;
    if (!was || !is || was.of !== is.of) return [];
    const change = is.value / was.value - 1;
    if (!(Math.abs(change) > NOTABLE)) return [];
    const percent = `${change > 0 ? '+' : ''}${Math.round(change * 100)} %`;
    return [`${keyOf(result)}: ratio ${was.value.toFixed(2)} -> ${is.value.toFixed(2)} (${percent})`];
  });
}
