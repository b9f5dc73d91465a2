import { noticeMail } from '../../../foundation/mail';

/** Tells that the password changed. */
export const passwordChangedMail = noticeMail({
  name: 'password_changed',
  anybodyCanCause: false,
  sample: { name: 'Ada' },
});
