export { AccountAdministration, type EndableSessions } from './account-administration.service';
export { AccountResolver } from './account.resolver';
export { parseNewPassword } from './account.rules';
export { AccountService, refusingDuplicates, type AccountSessions } from './account.service';
export { AuthTokens, toAuthTokens, toUserType, UserType } from './account.types';
export { Credentials } from './credentials.service';
export { User } from './user.entity';
