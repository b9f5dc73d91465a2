import { ask, newClient } from './clients';
import type { Node } from './node';

/** How often each thing is tried. */
const ROUNDS = 15;

/**
 * Whether two nodes take each other's sessions: opened, refreshed, booked with and ended on one, used on the other.
 * @returns for how many milliseconds, at the longest, `other` took a token whose session was ended on `one`
 * @throws Error when `other` does not take what `one` gave
 */
export async function crossing(one: Node, other: Node): Promise<number> {
  let longest = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { tokens } = await newClient(one.url);
    const input = { amount: '1.00', idempotencyKey: 'twice', referenceId: 'twice' };
    const first = await expectDone(one, 'book', { input }, tokens.accessToken);
    const again = await expectDone(other, 'book', { input }, tokens.accessToken);
    if (JSON.stringify(first) !== JSON.stringify(again)) throw new Error('a retry was booked once more');
    const there = await expectDone(other, 'refresh', { token: tokens.refreshToken });
    const { tokens: newer } = there['refresh'] as {
      tokens: { accessToken: string; refreshToken: string };
    };
    const back = await expectDone(one, 'refresh', { token: newer.refreshToken });
    const { accessToken } = (back['refresh'] as { tokens: { accessToken: string } }).tokens;
    await expectDone(other, 'me', {}, accessToken); // knows it as well as it can
    await expectDone(one, 'logout', {}, accessToken);
    const endedAt = performance.now();
    for (;;) {
      const askedAt = performance.now();
      if ((await ask(other.url, 'me', {}, accessToken)).code !== null) break;
      longest = Math.max(longest, askedAt - endedAt);
    }
  }
  return longest;
}

async function expectDone(
  node: Node,
  ...[operation, variables, token]: [Parameters<typeof ask>[1], object, string?]
): Promise<Record<string, unknown>> {
  const { code, data } = await ask(node.url, operation, variables, token);
  if (code !== null || !data) throw new Error(`${operation} on ${node.name}: ${code}`);
  return data;
}
