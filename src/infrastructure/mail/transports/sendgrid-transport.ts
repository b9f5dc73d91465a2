import type { MailTransportConfig } from '../../../config';
import {
  automaticMailHeaders,
  MailRefusedError,
  type OutgoingMail,
  type VerifiableTransport,
} from '../mail-transport';

type SendGridConfig = Extract<MailTransportConfig, { kind: 'sendgrid' }>;

/** What SendGrid says of a mail that it will never take: malformed, or too large. */
const REFUSALS = new Set([400, 413]);
const EXPLANATION_MAX_LENGTH = 300;

/** Sends through SendGrid's v3 mail API. */
export class SendGridTransport implements VerifiableTransport {
  constructor(private readonly config: SendGridConfig) {}

  async send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.config.url}/v3/mail/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.config.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(toSendGrid(mail)),
      redirect: 'error',
      signal,
    });
    const explanation = (await response.text()).slice(0, EXPLANATION_MAX_LENGTH);
    if (response.ok) return;
    const message = `SendGrid answered ${response.status}: ${explanation}`;
    throw REFUSALS.has(response.status) ? new MailRefusedError(message) : new Error(message);
  }

  async verify(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.config.url}/v3/scopes`, {
      headers: { authorization: `Bearer ${this.config.apiKey}` },
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw new Error(`it answered ${response.status} to our key`);
    const { scopes } = (await response.json()) as { scopes?: readonly string[] };
    if (!scopes?.includes('mail.send')) throw new Error('our key may not send mails');
  }

  close(): void {
    // Every request stands alone.
  }
}

function toSendGrid(mail: OutgoingMail): object {
  return {
    personalizations: [{ to: [{ email: mail.to }], custom_args: { outbox_id: String(mail.id) } }],
    from: { email: mail.from.address, name: mail.from.name },
    subject: mail.subject,
    content: [
      { type: 'text/plain', value: mail.text },
      { type: 'text/html', value: mail.html },
    ],
    headers: automaticMailHeaders,
    // Tracking would lead our links, with their tokens, through another company's servers.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
    },
  };
}
