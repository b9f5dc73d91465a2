/** What waits in the outbox for a mail: ids and texts, never a code, a link or a password. Those are made when it is sent. */
export type MailPayload = Readonly<Record<string, string | number>>;

/**
 * One kind of mail. `NAME.html.liquid` and `NAME.text.liquid` are its templates, and NAME its key in the texts of each
 * language.
 */
interface Kind<Name extends string, Values extends MailPayload> {
  readonly name: Name;
  /** Whether somebody else than the owner of the mailbox can cause it: RATE_LIMIT_MAIL holds it, else RATE_LIMIT_MAIL_NOTICES. */
  readonly anybodyCanCause: boolean;
  /** For the rehearsal at start: all that the templates may use. */
  readonly sample: Values;
}

/** A mail that says what its order holds, and nothing secret. */
export interface NoticeMailKind<
  Name extends string = string,
  Values extends MailPayload = MailPayload,
> extends Kind<Name, Values> {
  readonly isPrepared: false;
}

/** A mail that is made when it is sent: it holds a secret, or depends on what is true by then. */
export interface PreparedMailKind<
  Name extends string = string,
  Payload extends MailPayload = MailPayload,
  Values extends MailPayload = MailPayload,
> extends Kind<Name, Values> {
  readonly isPrepared: true;
  /** For the compiler alone. */
  readonly payload?: Payload;
}

export type MailKind = NoticeMailKind | PreparedMailKind;

export type PayloadOf<K extends MailKind> =
  K extends PreparedMailKind<string, infer Payload> ? Payload : K['sample'];

/** What a mail says, made just before it is sent, secrets included; null when there is nothing to send any more. */
export type Prepared<K extends MailKind> = MailContent<K['sample']> | null;

export function noticeMail<const Name extends string, Values extends MailPayload>(
  kind: Kind<Name, Values>,
): NoticeMailKind<Name, Values> {
  return { ...kind, isPrepared: false };
}

/** @example preparedMail<{ userId: number }>()({ name: 'login_code', … }) */
export function preparedMail<Payload extends MailPayload>() {
  return <const Name extends string, Values extends MailPayload>(
    kind: Kind<Name, Values>,
  ): PreparedMailKind<Name, Payload, Values> => ({ ...kind, isPrepared: true });
}

/** A mail that somebody is to get, as it waits in the outbox. */
export interface MailOrder {
  readonly to: string;
  /** The name of its kind. */
  readonly template: string;
  /** Of `to`'s owner, or of the request where the owner is not known yet. */
  readonly locale: string;
  readonly payload: MailPayload;
}

/** What a mail says: the values of its template, secrets included. It lives as long as one try to send it. */
export interface MailContent<Values extends MailPayload = MailPayload> {
  readonly to: string;
  readonly locale: string;
  readonly values: Values;
}

/** One word, of which no mail program makes a link and no reader a message. */
const NAME_IN_MAIL = /^[\p{L}\p{M}\p{N}_-]{1,40}$/u;

/** The name of an account, where a mail may say it: it may go to somebody whose address a stranger used. */
export function nameInMail(username: string | null): string | undefined {
  return username !== null && NAME_IN_MAIL.test(username) ? username : undefined;
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
