/** What a load brought. */
export interface Timing {
  readonly requests: number;
  readonly seconds: number;
  /** Of each request, in no order. */
  readonly latenciesMs: readonly number[];
}

/** The value that `share` of all values do not exceed; 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted.length >> 1;
  const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
  return ((sorted[lower] ?? NaN) + (sorted[upper] ?? NaN)) / 2;
}
