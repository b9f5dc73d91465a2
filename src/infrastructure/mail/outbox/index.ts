export { MailOutbox, type ClaimedMail } from './mail-outbox';
export { OutboxMail } from './outbox-mail.entity';
