export { AccountAdministration, type EndableSessions } from './account-administration.service';
export { AccountMails, nameOf } from './account-mails';
export { AccountResolver } from './account.resolver';
export { parseNewPassword } from './account.rules';
export {
  AccountService,
  refusingDuplicates,
  type AccountSessions,
  type RegistrationTerms,
} from './account.service';
export { AuthTokens, toAuthTokens, toUserType, UserType } from './account.types';
export { Credentials, type KnownAddresses } from './credentials.service';
export type { MailboxProofs } from './mailbox-proofs';
export { OneTimeToken } from './one-time-token.entity';
export { MAX_CODE_ATTEMPTS, OneTimeTokens } from './one-time-tokens';
export { markEmailVerified, User } from './user.entity';
export { findUserByIdentifier } from './user.queries';
