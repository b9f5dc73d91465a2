import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { greetingName, type MailPayload, type MailTemplate } from '../../foundation/mail';
import type { MailOutbox } from '../../infrastructure/database/mail-outbox';
import { localeFrom } from '../../infrastructure/mail/locales';
import type { User } from './user.entity';

/**
 * Queues the mails about accounts, each inside the transaction that it tells of. Mails with a secret in them say only for
 * whom it is: the secret is made when they are sent.
 */
export class AccountMails {
  constructor(private readonly outbox: MailOutbox) {}

  async welcome(em: SqlEntityManager, user: User): Promise<void> {
    await this.#send(em, user, user.email, 'welcome', { name: nameOf(user) });
  }

  async verificationCode(em: SqlEntityManager, user: User): Promise<void> {
    await this.#send(em, user, user.email, 'verification_code', { userId: user.id });
  }

  async passwordChanged(em: SqlEntityManager, user: User): Promise<void> {
    await this.#send(em, user, user.email, 'password_changed', { name: nameOf(user) });
  }

  /** To the new address, with the link that confirms it. */
  async emailChange(em: SqlEntityManager, user: User, newAddress: string): Promise<void> {
    await this.#send(em, user, newAddress, 'email_change', { userId: user.id, newEmail: newAddress });
  }

  /** To the old address, once the new one is in use. */
  async emailChanged(em: SqlEntityManager, user: User, oldAddress: string | null): Promise<void> {
    await this.#send(em, user, oldAddress, 'email_changed', {
      name: nameOf(user),
      newEmail: user.email ?? '',
    });
  }

  /** For an address that may be nobody's: whether it is anybody's is looked up when the mail is sent. */
  async toAddress(
    em: SqlEntityManager,
    template: 'verification_code' | 'password_reset',
    address: string,
    locale: string,
  ): Promise<void> {
    await this.outbox.enqueue(em, { to: address, template, locale, payload: { email: address } });
  }

  async #send(
    em: SqlEntityManager,
    user: User,
    to: string | null,
    template: MailTemplate,
    payload: MailPayload,
  ): Promise<void> {
    if (to === null) return;
    await this.outbox.enqueue(em, { to, template, locale: localeFrom(user.locale), payload });
  }
}

/** How a mail greets this user; empty when there is nothing to greet by. */
export function nameOf(user: User): string {
  return greetingName(user.firstName, user.fullName, user.username);
}
