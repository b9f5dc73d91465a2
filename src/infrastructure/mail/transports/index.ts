import type { MailTransportConfig } from '../../../config';
import type { VerifiableTransport } from '../mail-transport';
import { FolderTransport } from './folder-transport';
import { SendGridTransport } from './sendgrid-transport';
import { SmtpTransport } from './smtp-transport';

export { FolderTransport, type StoredMail } from './folder-transport';
export { SendGridTransport } from './sendgrid-transport';
export { SmtpTransport } from './smtp-transport';

export function createMailTransport(config: MailTransportConfig): VerifiableTransport {
  switch (config.kind) {
    case 'smtp':
      return new SmtpTransport(config);
    case 'sendgrid':
      return new SendGridTransport(config);
    case 'outbox':
      return new FolderTransport(config.directory);
  }
}
