import { hasUnseenCharacters, mixesScripts } from './look-alikes';
import { accepted, refused, type Parsed } from './parsed';
import { isCleanText } from './text';

export const EMAIL_MAX_LENGTH = 255;
const EMAIL_LOCAL_MAX_LENGTH = 64;
export const USERNAME_MIN_LENGTH = 3;
export const USERNAME_MAX_LENGTH = 50;
export const LOGIN_MAX_LENGTH = 100;

// RFC 5322's dot-atom and RFC 1123's host names with at least one dot: what mail systems really deliver to.
// ASCII only, so that JavaScript and PostgreSQL agree on lower case, and look-alike letters cannot pose as another address.
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;
const USERNAME = /^[A-Za-z0-9._-]+$/;

/** An address as it is stored: trimmed, its domain in lower case. Compare addresses with `emailKey`. */
export function parseEmail(input: string, field = 'email'): Parsed<string> {
  const text = input.trim();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1).toLowerCase();
  if (text.length > EMAIL_MAX_LENGTH) return refused(field, `must be at most ${EMAIL_MAX_LENGTH} characters`);
  const valid =
    at > 0 && local.length <= EMAIL_LOCAL_MAX_LENGTH && LOCAL_PART.test(local) && DOMAIN.test(domain);
  return valid ? accepted(`${local}@${domain}`) : refused(field, 'must be a valid email address');
}

/** A username as it is stored: NFKC, so that full-width letters cannot pose as plain ones. Compare with `usernameKey`. */
export function parseUsername(input: string, field = 'username'): Parsed<string> {
  const text = input.isWellFormed() ? input.normalize('NFKC') : '';
  if (text.length < USERNAME_MIN_LENGTH || text.length > USERNAME_MAX_LENGTH) {
    return refused(field, `must be ${USERNAME_MIN_LENGTH} to ${USERNAME_MAX_LENGTH} characters long`);
  }
  if (!USERNAME.test(text)) return refused(field, 'may contain letters, digits, ".", "_" and "-" only');
  return accepted(text);
}

/** How an account is called by clients that know one name for it. */
export interface LoginName {
  readonly username: string | null;
  readonly email: string | null;
}

/**
 * The one name of clients that know no more, their `login`, is the username. It may be written freely, but with an "@" it
 * must be an email address and is the account's address as well, so that it cannot pose as somebody else's; nor can it by
 * characters that nobody sees, or by letters of other scripts among its own.
 */
export function parseLogin(input: string, field = 'login'): Parsed<LoginName> {
  const normalised = input.normalize('NFKC');
  if (!isCleanText(input) || hasUnseenCharacters(normalised)) {
    return refused(field, 'contains characters that are not allowed');
  }
  const text = normalised.trim();
  if (text.length < USERNAME_MIN_LENGTH || text.length > LOGIN_MAX_LENGTH) {
    return refused(field, `must be ${USERNAME_MIN_LENGTH} to ${LOGIN_MAX_LENGTH} characters long`);
  }
  if (mixesScripts(text)) return refused(field, 'mixes letters of scripts that are not written together');
  if (!text.includes('@')) return accepted({ username: text, email: null });
  const email = parseEmail(text, field);
  return email.ok ? accepted({ username: email.value, email: email.value }) : email;
}

/** What makes two addresses the same; the database's unique index on lower(email) agrees. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/** What makes two usernames the same; the database's unique index on lower(username) agrees. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}

/** How somebody says who they are at login: with an "@" by email address, otherwise by username. */
export type Identifier = { readonly kind: 'email' | 'username'; readonly key: string };

/** Never refuses what merely cannot exist: at login that must look like any other unknown account. */
export function parseIdentifier(input: string, field = 'identifier'): Parsed<Identifier> {
  const text = input.trim();
  if (!isCleanText(text)) return refused(field, 'contains characters that are not allowed');
  if (text === '') return refused(field, 'must not be empty');
  if (text.length > EMAIL_MAX_LENGTH) return refused(field, `must be at most ${EMAIL_MAX_LENGTH} characters`);
  const kind = text.includes('@') ? 'email' : 'username';
  return accepted({ kind, key: kind === 'email' ? emailKey(text) : usernameKey(text) });
}
