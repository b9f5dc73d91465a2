import { preparedMail } from '../../../foundation/mail';

/** The code and the link that confirm an address. */
export const verificationCodeMail = preparedMail<{ readonly userId: number } | { readonly email: string }>()({
  name: 'verification_code',
  anybodyCanCause: true,
  sample: {
    name: 'Ada',
    account: 'ada',
    madeAt: '2026-02-19 10:30 UTC',
    madeFrom: '192.0.2.1',
    code: '123456',
    link: 'https://example.com/',
    disownLink: 'https://example.com/',
    minutes: 15,
  },
});
