import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { greetingName, nameInMail, type NoticeMailKind, type PayloadOf } from '../../foundation/mail';
import type { EventSubject, SecurityEvent } from '../../foundation/security-events';
import type { MailOutbox } from '../../infrastructure/mail/outbox';
import { localeFrom } from '../../infrastructure/mail/locales';
import type { UndoPayload } from './mails/undo-payload';
import {
  emailChangedMail,
  emailChangeMail,
  emailChangeRequestedMail,
  emailRestoredMail,
  passwordChangedMail,
  usernameChangedMail,
  verificationCodeMail,
  welcomeMail,
  type AnyMail,
  type passwordResetMail,
} from './mails';

/**
 * Queues the mails about accounts, each inside the transaction that it tells of. Mails with a secret in them say only for
 * whom it is: the secret is made when they are sent.
 */
export class AccountMails {
  constructor(private readonly outbox: MailOutbox) {}

  /** What people are told of a security event. */
  async tell(em: SqlEntityManager, event: SecurityEvent): Promise<void> {
    switch (event.kind) {
      case 'account.registered':
        return event.awaitsVerification
          ? this.verificationCode(em, event.user)
          : this.#notice(em, event.user, welcomeMail, {});
      case 'email.verified':
        return event.activated ? this.#notice(em, event.user, welcomeMail, {}) : undefined;
      case 'password.reset':
        await this.#notice(em, event.user, passwordChangedMail, {});
        return event.activated ? this.#notice(em, event.user, welcomeMail, {}) : undefined;
      case 'password.changed':
      case 'password.set_by_operator':
        return this.#notice(em, event.user, passwordChangedMail, {});
      case 'username.changed':
        return this.#notice(em, event.user, usernameChangedMail, {
          username: nameInMail(event.user.username) ?? '',
          isCleared: event.user.username === null ? 1 : 0,
        });
      case 'email.change_requested':
        return this.#emailChangeRequested(em, event);
      case 'email.changed':
        return this.#send(em, event.user, event.oldEmail, emailChangedMail, undoOf(event, event.user.email));
      case 'email.change_undone':
        return this.#emailChangeUndone(em, event);
      default:
        return undefined;
    }
  }

  async verificationCode(em: SqlEntityManager, user: EventSubject): Promise<void> {
    await this.#send(em, user, user.email, verificationCodeMail, { userId: user.id });
  }

  /** For an address that may be nobody's: whether it is anybody's is looked up when the mail is sent. */
  async toAddress(
    em: SqlEntityManager,
    { name: template }: typeof verificationCodeMail | typeof passwordResetMail,
    address: string,
    locale: string,
  ): Promise<void> {
    await this.outbox.enqueue(em, { to: address, template, locale, payload: { email: address } });
  }

  /** The new address gets the link that confirms it, the old one the link that takes it back. */
  async #emailChangeRequested(
    em: SqlEntityManager,
    event: SecurityEvent & { kind: 'email.change_requested' },
  ): Promise<void> {
    const { user, newEmail } = event;
    await this.#send(em, user, newEmail, emailChangeMail, { userId: user.id, newEmail });
    await this.#send(em, user, user.email, emailChangeRequestedMail, undoOf(event, newEmail));
  }

  /** The address that has lost the account is told only where it may object: else it is a thief's. */
  async #emailChangeUndone(
    em: SqlEntityManager,
    event: SecurityEvent & { kind: 'email.change_undone' },
  ): Promise<void> {
    const { user, rejectedEmail, counterUndoId } = event;
    await this.#notice(em, user, emailRestoredMail, { newEmail: rejectedEmail ?? '' });
    if (counterUndoId === null) return;
    const undo = undoOf({ undoId: counterUndoId }, user.email);
    await this.#send(em, user, rejectedEmail, emailChangedMail, undo);
  }

  #notice<Kind extends Extract<AnyMail, NoticeMailKind>>(
    em: SqlEntityManager,
    user: EventSubject,
    kind: Kind,
    payload: Omit<PayloadOf<Kind>, 'name'>,
  ): Promise<void> {
    return this.#send(em, user, user.email, kind, { name: nameOf(user), ...payload } as PayloadOf<Kind>);
  }

  async #send<Kind extends AnyMail>(
    em: SqlEntityManager,
    user: EventSubject,
    to: string | null,
    { name: template }: Kind,
    payload: PayloadOf<Kind>,
  ): Promise<void> {
    if (to === null) return;
    await this.outbox.enqueue(em, { to, template, locale: localeFrom(user.locale), payload });
  }
}

/** How a mail greets this user; empty when there is nothing to greet by. */
export function nameOf({ firstName, fullName, username }: EventSubject): string {
  return greetingName(firstName, fullName, username);
}

function undoOf({ undoId }: { readonly undoId: string | null }, newEmail: string | null): UndoPayload {
  return { undoId: undoId ?? '', newEmail: newEmail ?? '' };
}
