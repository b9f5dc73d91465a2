import type { PasswordConfig } from '../../config';
import { accepted, refused, type Parsed } from '../../foundation/parsed';
import { isCleanText } from '../../foundation/text';

export const NAME_MAX_LENGTH = 100;
/** bcrypt reads no more; a longer password is refused, never cut. */
export const PASSWORD_MAX_BYTES = 72;

/** A first, last or full name: trimmed; an empty one is none. */
export function parseName(input: string | null | undefined, field: string): Parsed<string | null> {
  const text = input?.trim() ?? '';
  if (text === '') return accepted(null);
  if (text.length > NAME_MAX_LENGTH) return refused(field, `must be at most ${NAME_MAX_LENGTH} characters`);
  if (!isCleanText(text)) return refused(field, 'contains characters that are not allowed');
  return accepted(text);
}

/** The strict rule for a new password. The message says what is missing, never what was sent. */
export function parseNewPassword(input: string, rule: PasswordConfig, field = 'password'): Parsed<string> {
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
