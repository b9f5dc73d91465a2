export const mailTemplates = [
  'welcome',
  'verification_code',
  'password_reset',
  'password_changed',
  'email_change',
  'email_changed',
] as const;

export type MailTemplate = (typeof mailTemplates)[number];

/** What a mail is made of: ids and texts, never a code, a link or a password. Those are made when it is sent. */
export type MailPayload = Readonly<Record<string, string | number>>;

/** A mail that somebody is to get, as it waits in the outbox. */
export interface MailOrder {
  readonly to: string;
  readonly template: MailTemplate;
  /** Of `to`'s owner, or of the request where the owner is not known yet. */
  readonly locale: string;
  readonly payload: MailPayload;
}

/** What a mail says: the values of its template, secrets included. It lives as long as one try to send it. */
export interface MailContent {
  readonly to: string;
  readonly locale: string;
  readonly values: MailPayload;
}

/** Letters, with what stands between the parts of a name: nothing that a mail program would make a link of. */
const GREETABLE_NAME = /^[\p{L}\p{M}]+(?:[ '’-][\p{L}\p{M}]+)*$/u;
const GREETABLE_NAME_MAX_LENGTH = 40;

/**
 * The name to greet somebody by, or none. Anybody can register somebody else's address, so a name that could carry
 * an advertisement into that mailbox is left out.
 */
export function greetingName(...candidates: readonly (string | null)[]): string {
  const name = candidates.find((candidate) => candidate !== null) ?? '';
  return name.length <= GREETABLE_NAME_MAX_LENGTH && GREETABLE_NAME.test(name) ? name : '';
}
