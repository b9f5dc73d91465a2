import { setTimeout as delay } from 'node:timers/promises';
import { isRetryableConflict } from './failures';

const MAX_RETRIES = 10;
const FIRST_PAUSE_MS = 2;
const MAX_PAUSE_MS = 100;

/**
 * Does `work` again when the database asks for it, after a deadlock or a serialization failure. Where transactions are
 * serializable, as distributed engines have them, one of those that met wins and all others are sent back: they return
 * after a pause of random length, or they would meet again.
 *
 * @param deadline in `performance.now()` milliseconds: later nobody waits for it any more, so it is not done again
 * @param onRetry hears of each conflict
 * @throws what the last attempt threw
 */
export async function retryingConflicts<T>(
  work: () => Promise<T>,
  deadline: number,
  onRetry: (conflict: unknown) => void,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryableConflict(error) || attempt >= MAX_RETRIES) throw error;
      onRetry(error);
      await delay(Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
      if (performance.now() > deadline) throw error;
    }
  }
}
