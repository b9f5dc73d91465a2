import type { SecretAlgorithm } from './token-types';

/** RFC 7518, 3.2: a key must be at least as long as the hash. In bytes. */
const KEY_BYTES: Readonly<Record<SecretAlgorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/**
 * What lies below is a pattern, not a random text: 32 random hexadecimal digits come to 94 bits, give or take 9. What lies
 * above may still be weak, for nothing here knows words.
 */
const MIN_SECRET_BITS = 40;

// What fingers and lazy minds type: the alphabet, digits, and the rows of keyboards.
const SEQUENCES = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
];
const NEIGHBOURS: ReadonlySet<string> = new Set(
  SEQUENCES.flatMap((sequence) => pairsOf(sequence).flatMap(([a, b]) => [a + b, b + a])),
);

/** What is wrong with a signing key, as the end of a sentence that its name begins; undefined for a good one. */
export function weaknessOf(secret: string, algorithm: SecretAlgorithm): string | undefined {
  if (Buffer.byteLength(secret) < KEY_BYTES[algorithm])
    return `must have at least ${KEY_BYTES[algorithm]} bytes for ${algorithm}`;
  if (estimateBits(secret) < MIN_SECRET_BITS)
    return 'must be random: this one repeats itself, follows a keyboard or has too few different characters';
  return undefined;
}

/**
 * Shannon's entropy of the characters, for those of them that do not follow from the ones before: by repeating the last
 * one, by going on in a sequence, or by repeating three characters that were there already.
 */
function estimateBits(secret: string): number {
  const characters = Array.from(secret.toLowerCase());
  const seen = new Set<string>();
  const surprises = characters.filter((character, index) => {
    const before = characters[index - 1];
    const triple = index > 1 ? characters.slice(index - 2, index + 1).join('') : undefined;
    const isRepeated = triple !== undefined && seen.has(triple);
    if (triple !== undefined) seen.add(triple);
    return !(isRepeated || character === before || NEIGHBOURS.has(`${before ?? ''}${character}`));
  });
  return surprises.length * entropyPerCharacter(secret);
}

/** In bits. */
function entropyPerCharacter(text: string): number {
  const characters = Array.from(text);
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / characters.length);
  return shares.reduce((sum, share) => sum - share * Math.log2(share), 0);
}

function pairsOf(text: string): [string, string][] {
  return Array.from(text.slice(1), (character, index) => [text.charAt(index), character]);
}
