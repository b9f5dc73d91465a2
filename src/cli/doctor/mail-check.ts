import type { Config, MailTransportConfig } from '../../config';
import { createMailTransport } from '../../infrastructure/mail/transports';
import { Report, textOf, type Finding } from './finding';

const TIMEOUT_MS = 15_000;

/** Whether mails could leave; none is sent. */
export async function checkMail({ mail }: Config): Promise<Finding[]> {
  const report = new Report('mail');
  const transport = createMailTransport(mail.transport);
  try {
    await transport.verify(AbortSignal.timeout(TIMEOUT_MS));
    report.ok(`${placeOf(mail.transport)} would take mails from ${mail.fromAddress}`);
  } catch (error) {
    report.failure(
      `${placeOf(mail.transport)} would take no mail: ${textOf(error)}`,
      adviceFor(mail.transport),
    );
  } finally {
    transport.close();
  }
  return report.findings;
}

function placeOf(transport: MailTransportConfig): string {
  switch (transport.kind) {
    case 'smtp':
      return `the server ${transport.host}:${transport.port}`;
    case 'sendgrid':
      return `SendGrid at ${new URL(transport.url).host}`;
    case 'outbox':
      return `the directory ${transport.directory}`;
  }
}

function adviceFor(transport: MailTransportConfig): string {
  switch (transport.kind) {
    case 'smtp':
      return 'Look at MAIL_SERVER, MAIL_PORT, MAIL_STARTTLS or MAIL_SSL_TLS, MAIL_USERNAME and MAIL_PASSWORD. Mails wait in the database meanwhile.';
    case 'sendgrid':
      return 'Look at SENDGRID_API_KEY, which needs the right "Mail Send". Mails wait in the database meanwhile.';
    case 'outbox':
      return 'Make the directory writable for this user, or set MAIL_SERVER.';
  }
}
