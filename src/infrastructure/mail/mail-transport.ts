/** A mail, ready to leave. */
export interface OutgoingMail {
  /** The row of the outbox it was made from. */
  readonly id: number;
  /** The same at each try, so that a mail sent twice can be known for one. */
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A way for mails to leave. */
export interface MailTransport {
  /**
   * Returns once somebody else has taken the responsibility for the mail.
   * @throws MailRefusedError when trying again is of no use; anything else for a failure that may pass
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A transport that can be asked, without sending anything, whether a mail would leave. */
export interface VerifiableTransport extends MailTransport {
  /** @throws Error that says why not */
  verify(signal: AbortSignal): Promise<void>;
}

/** The other side will not take this mail, today or tomorrow. */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError';
}

/** Machines that answer mails leave these alone. */
export const automaticMailHeaders = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
} as const;
