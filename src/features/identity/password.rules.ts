import type { PasswordConfig } from '../../config';
import { accepted, refused, type Parsed } from '../../foundation/parsed';
import type { PasswordRule, Surface } from '../../foundation/surface';
import { isCleanText } from '../../foundation/text';

/** bcrypt reads no more; a longer password is refused, never cut. */
export const PASSWORD_MAX_BYTES = 72;

/** The rule for a new password that arrives through `surface`. */
export function passwordRuleOf(surface: Surface, strict: PasswordConfig): PasswordRule {
  return strict.isEverywhere ? strict : (surface.passwordRule ?? strict);
}

/** A part of a rule that a password can break. */
export type PasswordFlaw = 'length' | 'upper' | 'lower' | 'digit' | 'special' | 'bytes';

/** Every part of the rule that the password breaks, for a form that marks them. */
export function passwordFlaws(input: string, rule: PasswordRule): PasswordFlaw[] {
  const flaws: Record<PasswordFlaw, boolean> = {
    length: Array.from(input).length < rule.minLength,
    upper: rule.requireUppercase && !/\p{Lu}/u.test(input),
    lower: rule.requireUppercase && !/\p{Ll}/u.test(input),
    digit: rule.requireNumbers && !/\p{Nd}/u.test(input),
    special: rule.requireSpecialCharacters && !/[^\p{L}\p{N}\s]/u.test(input),
    bytes: Buffer.byteLength(input, 'utf8') > PASSWORD_MAX_BYTES,
  };
  return (Object.keys(flaws) as PasswordFlaw[]).filter((flaw) => flaws[flaw]);
}

const MISSING: Readonly<Partial<Record<PasswordFlaw, string>>> = {
  upper: 'an uppercase letter',
  lower: 'a lowercase letter',
  digit: 'a digit',
  special: 'a special character',
};

/** A new password under a rule. The message says what is missing, never what was sent. */
export function parseNewPassword(input: string, rule: PasswordRule, field = 'password'): Parsed<string> {
  const flaws = passwordFlaws(input, rule);
  const missing = flaws.flatMap((flaw) => MISSING[flaw] ?? []);
  if (!isCleanText(input)) return refused(field, 'contains characters that are not allowed');
  if (flaws.includes('length')) return refused(field, `must be at least ${rule.minLength} characters long`);
  if (flaws.includes('bytes')) {
    return refused(field, `must be at most ${PASSWORD_MAX_BYTES} bytes long in UTF-8`);
  }
  return missing.length > 0 ? refused(field, `must contain ${missing.join(', ')}`) : accepted(input);
}

/** A password that could never have been set cannot be right; it is refused like a wrong one, without hashing its head. */
export function canBePassword(input: string): boolean {
  return isCleanText(input) && Buffer.byteLength(input, 'utf8') <= PASSWORD_MAX_BYTES;
}
