export { AccountMails, nameOf } from './account-mails';
export { EmailUndo } from './email-undo.entity';
export { EmailUndos } from './email-undos';
export type { MailboxProofs } from './mailbox-proofs';
export { NodeType } from './node.types';
export { OneTimeToken, tokenPurposes, type TokenPurpose } from './one-time-token.entity';
export { OldProofs } from './old-proofs';
export { MAX_CODE_ATTEMPTS, OneTimeTokens } from './one-time-tokens';
export {
  canBePassword,
  PASSWORD_MAX_BYTES,
  parseNewPassword,
  passwordFlaws,
  passwordRuleOf,
} from './password.rules';
export { refusingDuplicates } from './refusing-duplicates';
export {
  emailChangedMail,
  emailChangeMail,
  mailKinds,
  passwordResetMail,
  verificationCodeMail,
  type MailPreparers,
} from './mails';
export type { UndoPayload } from './mails/undo-payload';
export { markEmailVerified, moveEmail, User, type WritableUser } from './user.entity';
export { profileColumns, profileOf, type ProfileRow, type UserProfile } from './user-profile';
export { findUserByIdentifier, isEmailTaken, isMailboxProven } from './user.queries';
export { toUserType, UserType } from './user.types';
