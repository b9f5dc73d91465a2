const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 60 * 60 * 1000;

/**
 * How long a mail waits after a try that failed: twice as long each time, up to an hour, less up to a half at random, so
 * that mails that failed together do not come back together.
 *
 * @param attempt 1 for the first try
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(full * (1 - random / 2));
}
