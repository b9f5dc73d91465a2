import type { PasswordConfig } from '../../config';
import { parseEmail, parseLogin, parseUsername, type LoginName } from '../../foundation/identifiers';
import { accepted, refused, valuesOf, type Parsed } from '../../foundation/parsed';
import type { Surface } from '../../foundation/surface';
import { isCleanText } from '../../foundation/text';
import { parseNewPassword, passwordRuleOf } from '../identity';

export const NAME_MAX_LENGTH = 100;

/** A new account, as a client describes it. */
export interface Registration {
  readonly password: string;
  readonly email?: string | null | undefined;
  readonly username?: string | null | undefined;
  /** One name for both, where clients know no more: with an "@" it is username and email address. */
  readonly login?: string;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly fullName?: string | null | undefined;
}

/** A registration whose every value keeps the rules. */
export interface ParsedRegistration {
  readonly email: string | null;
  readonly username: string | null;
  readonly password: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly fullName: string | null;
}

/** Reads a registration by the rules of its surface. @throws AppError INVALID_INPUT with every problem */
export function readRegistration(
  input: Registration,
  surface: Surface,
  strictPasswords: PasswordConfig,
): ParsedRegistration {
  const { name, email, ...values } = valuesOf({
    email: input.email == null ? accepted(null) : parseEmail(input.email),
    password: parseNewPassword(input.password, passwordRuleOf(surface, strictPasswords)),
    name: parseAccountName(input, surface),
    firstName: parseName(input.firstName, 'firstName'),
    lastName: parseName(input.lastName, 'lastName'),
    fullName: parseName(input.fullName, 'fullName'),
  });
  return { ...values, username: name.username, email: name.email ?? email };
}

function parseAccountName(input: Registration, surface: Surface): Parsed<LoginName> {
  if (input.login !== undefined) return parseLogin(input.login);
  if (input.username == null) return accepted({ username: null, email: null });
  const username = parseUsernameOf(surface, input.username);
  return username.ok ? accepted({ username: username.value, email: null }) : username;
}

/** A username by the rule for all and that of its surface. */
export function parseUsernameOf({ usernameRule }: Surface, input: string): Parsed<string> {
  const parsed = parseUsername(input);
  if (!usernameRule || !parsed.ok || usernameRule.pattern.test(parsed.value)) return parsed;
  return refused('username', usernameRule.message);
}

/** A first, last or full name: trimmed; an empty one is none. */
export function parseName(input: string | null | undefined, field: string): Parsed<string | null> {
  const text = input?.trim() ?? '';
  if (text === '') return accepted(null);
  if (text.length > NAME_MAX_LENGTH) return refused(field, `must be at most ${NAME_MAX_LENGTH} characters`);
  if (!isCleanText(text)) return refused(field, 'contains characters that are not allowed');
  return accepted(text);
}
