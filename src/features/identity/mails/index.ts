import type { PayloadOf, Prepared, PreparedMailKind } from '../../../foundation/mail';
import { welcomeMail } from './welcome.mail';
import { verificationCodeMail } from './verification-code.mail';
import { passwordResetMail } from './password-reset.mail';
import { passwordChangedMail } from './password-changed.mail';
import { emailChangeMail } from './email-change.mail';
import { emailChangeRequestedMail } from './email-change-requested.mail';
import { emailChangedMail } from './email-changed.mail';
import { emailRestoredMail } from './email-restored.mail';
import { usernameChangedMail } from './username-changed.mail';

export {
  welcomeMail,
  verificationCodeMail,
  passwordResetMail,
  passwordChangedMail,
  emailChangeMail,
  emailChangeRequestedMail,
  emailChangedMail,
  emailRestoredMail,
  usernameChangedMail,
};

/** Every mail there is; what is missing here is not sent, and does not compile where it is queued. */
export const mailKinds = [
  welcomeMail,
  verificationCodeMail,
  passwordResetMail,
  passwordChangedMail,
  emailChangeMail,
  emailChangeRequestedMail,
  emailChangedMail,
  emailRestoredMail,
  usernameChangedMail,
] as const;

export type AnyMail = (typeof mailKinds)[number];

/** What makes each mail that says more than its order: a kind without its preparer does not compile. */
export type MailPreparers = {
  readonly [Kind in AnyMail as Kind extends PreparedMailKind ? Kind['name'] : never]: (
    payload: PayloadOf<Kind>,
    queuedAt: Date,
  ) => Promise<Prepared<Kind>>;
};
