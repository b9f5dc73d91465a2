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

/** A new password under a rule. The message says what is missing, never what was sent. */
export function parseNewPassword(input: string, rule: PasswordRule, field = 'password'): Parsed<string> {
  const missing = [
    ...(rule.requireUppercase && !/\p{Lu}/u.test(input) ? ['an uppercase letter'] : []),
    ...(rule.requireUppercase && !/\p{Ll}/u.test(input) ? ['a lowercase letter'] : []),
    ...(rule.requireNumbers && !/\p{Nd}/u.test(input) ? ['a digit'] : []),
    ...(rule.requireSpecialCharacters && !/[^\p{L}\p{N}\s]/u.test(input) ? ['a special character'] : []),
  ];
  if (!isCleanText(input)) return refused(field, 'contains characters that are not allowed');
  if (Array.from(input).length < rule.minLength)
    return refused(field, `must be at least ${rule.minLength} characters long`);
  if (Buffer.byteLength(input, 'utf8') > PASSWORD_MAX_BYTES) {
    return refused(field, `must be at most ${PASSWORD_MAX_BYTES} bytes long in UTF-8`);
  }
  return missing.length > 0 ? refused(field, `must contain ${missing.join(', ')}`) : accepted(input);
}

/** A password that could never have been set cannot be right; it is refused like a wrong one, without hashing its head. */
export function canBePassword(input: string): boolean {
  return isCleanText(input) && Buffer.byteLength(input, 'utf8') <= PASSWORD_MAX_BYTES;
}
