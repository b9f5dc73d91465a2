import { noticeMail } from '../../../foundation/mail';

/** An account is ready to sign in. */
export const welcomeMail = noticeMail({
  name: 'welcome',
  anybodyCanCause: true,
  sample: { name: 'Ada' },
});
