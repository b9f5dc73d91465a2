import { automaticMailHeaders, type OutgoingMail } from '../mail-transport';

/** The mail in nodemailer's words. Addresses are objects, never text: a comma or a line break in them stays what it is. */
export function composeForNodemailer(mail: OutgoingMail): {
  messageId: string;
  from: { name: string; address: string };
  to: { name: string; address: string };
  envelope: { from: string; to: string };
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  disableFileAccess: true;
  disableUrlAccess: true;
} {
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: { name: '', address: mail.to },
    envelope: { from: mail.from.address, to: mail.to },
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: { ...automaticMailHeaders },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
