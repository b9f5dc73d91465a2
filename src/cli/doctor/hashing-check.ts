import type { Config } from '../../config';
import { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import { Report, type Finding } from './finding';

/** Longer, and people wait at each login; a flood of logins is felt by everybody. */
const SLOW_MS = 1_000;
/** Shorter, and a stolen table of hashes is guessed at too fast. */
const FAST_MS = 50;

/** How long a password takes here at the configured cost. */
export async function checkHashing({ hashing, isProduction }: Config): Promise<Finding[]> {
  const report = new Report('hashing');
  const { cost, concurrency } = hashing;
  const hasher = new PasswordHasher(hashing);
  try {
    await hasher.verify('the thread starts with the first one', null, 'doctor');
    const startedAtMs = performance.now();
    const owners = Array.from({ length: concurrency }, (_, index) => `doctor ${index}`);
    await Promise.all(owners.map((owner) => hasher.verify('no password of anybody', null, owner)));
    const tookMs = performance.now() - startedAtMs;
    const words = `bcrypt of cost ${cost} takes ${tookMs.toFixed(0)} ms: ${((concurrency * 1000) / tookMs).toFixed(1)} logins a second with HASH_CONCURRENCY=${concurrency}`;
    if (tookMs > SLOW_MS)
      report.warning(words, 'Lower BCRYPT_COST by 1 (which halves the time), or use a faster machine.');
    else if (tookMs < FAST_MS && isProduction)
      report.warning(words, 'Raise BCRYPT_COST until a hash takes about 200 ms.');
    else report.ok(words);
  } finally {
    await hasher.close();
  }
  return report.findings;
}
