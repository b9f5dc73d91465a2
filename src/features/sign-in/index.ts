export {
  AccountChanges,
  consequences,
  mayIssueProof,
  type Consequence,
  type ProvenPassword,
} from './account-changes';
export { Authenticator, viewerUnlessCookie } from './authenticator';
export { Credentials } from './credentials.service';
export { OldSessions } from './old-sessions';
export { RecentAddresses } from './recent-addresses';
export { RefreshToken } from './refresh-token.entity';
export { Renewal } from './renewal';
export { Rotations } from './rotations';
export { SessionEnds } from './session-ends';
export { SessionEvents } from './session-events';
export { SessionEventsResolver, type SessionEventsContext } from './session-events.resolver';
export { SessionRegistry, type LiveSession } from './session-registry';
export { Session } from './session.entity';
export { SessionResolver } from './session.resolver';
export { SessionService, type SignedIn } from './session.service';
export { AuthTokens, toAuthTokens, toSessionType } from './session.types';
