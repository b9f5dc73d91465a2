export { AccountResolver } from './account.resolver';
export { AccountService, refusingDuplicates, type AccountSessions } from './account.service';
export { AuthTokens, toAuthTokens, toUserType, UserType } from './account.types';
export { Credentials } from './credentials.service';
export { parseNewPassword, passwordRuleOf } from './password.rules';
export { User } from './user.entity';
