import type * as nodemailer from 'nodemailer';
import type { SmtpConfig } from '../../../config';
import { MailRefusedError, type OutgoingMail, type VerifiableTransport } from '../mail-transport';
import { composeForNodemailer } from './compose';

const CONNECTION_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 5;
/** Servers end connections that last too long; better at a time of our choice. */
const MAX_MAILS_PER_CONNECTION = 100;

export interface SmtpTrust {
  /** Certificate authorities in PEM beside the system's, for tests; operators use NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
}

/** Sends through an SMTP server, over connections that are kept open for the next mail. */
export class SmtpTransport implements VerifiableTransport {
  readonly #transporter: nodemailer.Transporter;

  constructor(config: SmtpConfig, trust: SmtpTrust = {}) {
    const { host, port, encryption, credentials } = config;
    const { createTransport } = require('nodemailer') as typeof nodemailer;
    this.#transporter = createTransport({
      pool: true,
      maxConnections: MAX_CONNECTIONS,
      maxMessages: MAX_MAILS_PER_CONNECTION,
      // The outbox repeats with a pause; the pool must not do so on its own.
      maxRequeues: 0,
      host,
      port,
      secure: encryption === 'tls',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'none',
      tls: { minVersion: 'TLSv1.2', ...trust },
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      greetingTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
    });
  }

  async send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    try {
      await this.#transporter.sendMail({ ...composeForNodemailer(mail), signal });
    } catch (error) {
      if (isRefusal(error)) throw new MailRefusedError(error.message, { cause: error });
      throw error;
    }
  }

  /** Connects and signs in, within nodemailer's own bounds. */
  async verify(): Promise<void> {
    await this.#transporter.verify();
  }

  close(): void {
    this.#transporter.close();
  }
}

/**
 * True when the server refused this recipient or this text for good (5xx). A refused sender or login is an error of the
 * configuration, which somebody will mend: those mails wait.
 */
function isRefusal(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  const { responseCode, code, command } = error as {
    responseCode?: number;
    code?: string;
    command?: string;
  };
  const isPermanent = responseCode !== undefined && responseCode >= 500 && responseCode < 600;
  return isPermanent && (code === 'EMESSAGE' || (code === 'EENVELOPE' && command === 'RCPT TO'));
}
