export {
  AccountChanges,
  consequences,
  mayIssueProof,
  type Consequence,
  type ProvenPassword,
} from './account-changes';
export { Authenticator, viewerUnlessCookie } from './authenticator';
export { Credentials } from './credentials.service';
export { RecentAddresses } from './recent-addresses';
export { RefreshToken } from './refresh-token.entity';
export { Renewal } from './renewal';
export { Rotations } from './rotations';
export { SessionRegistry } from './session-registry';
export { Session } from './session.entity';
export { SessionResolver } from './session.resolver';
export { SessionService, type SignedIn } from './session.service';
export { AuthTokens, toAuthTokens, toSessionType } from './session.types';
