import { preparedMail } from '../../../foundation/mail';

/** The link to choose a new password. */
export const passwordResetMail = preparedMail<{ readonly email: string }>()({
  name: 'password_reset',
  anybodyCanCause: true,
  sample: { name: 'Ada', link: 'https://example.com/', minutes: 15 },
});
