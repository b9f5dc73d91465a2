import type { VerificationConfig } from '../../config';
import type { Links } from '../../foundation/links';
import type { AccountMails } from './account-mails';
import type { EmailUndos } from './email-undos';
import type { OneTimeTokens } from './one-time-tokens';

/** What it takes to have somebody prove access to a mailbox. */
export interface MailboxProofs {
  readonly tokens: OneTimeTokens;
  readonly undos: EmailUndos;
  readonly mails: AccountMails;
  readonly links: Links;
  readonly config: VerificationConfig;
}
