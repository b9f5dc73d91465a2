import { noticeMail } from '../../../foundation/mail';

/** Tells that a change of the address was taken back. */
export const emailRestoredMail = noticeMail({
  name: 'email_restored',
  anybodyCanCause: false,
  sample: { name: 'Ada', newEmail: 'eve@example.com' },
});
