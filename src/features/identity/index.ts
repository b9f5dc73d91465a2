export { AccountMails, nameOf } from './account-mails';
export { EmailUndo } from './email-undo.entity';
export { EmailUndos } from './email-undos';
export type { MailboxProofs } from './mailbox-proofs';
export { OneTimeToken, tokenPurposes, type TokenPurpose } from './one-time-token.entity';
export { MAX_CODE_ATTEMPTS, OneTimeTokens } from './one-time-tokens';
export { canBePassword, parseNewPassword, passwordFlaws, passwordRuleOf } from './password.rules';
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
export { markEmailVerified, User } from './user.entity';
export { findUserByIdentifier, findUsersById, isEmailTaken } from './user.queries';
export { toUserType, UserType } from './user.types';
