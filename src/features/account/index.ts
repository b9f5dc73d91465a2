export { AccountAdministration } from './account-administration.service';
export { AccountResolver } from './account.resolver';
export { AccountService } from './account.service';
export { UnverifiedAccounts } from './unverified-accounts';
