import { preparedMail } from '../../../foundation/mail';

/** The link that confirms a new address; to that address. */
export const emailChangeMail = preparedMail<{ readonly userId: number; readonly newEmail: string }>()({
  name: 'email_change',
  anybodyCanCause: true,
  sample: { name: 'Ada', newEmail: 'ada@example.com', link: 'https://example.com/', hours: 24 },
});
