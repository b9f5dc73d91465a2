export { MailOutbox, type ClaimedMail } from './mail-outbox';
export { lookAtMailQueue } from './mail-queue';
export { OldMails } from './old-mails';
export { OutboxMail } from './outbox-mail.entity';
