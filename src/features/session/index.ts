export { Authenticator } from './authenticator';
export { endSessionsOf } from './end-sessions';
export { RecentAddresses } from './recent-addresses';
export { RefreshToken } from './refresh-token.entity';
export { Renewal } from './renewal';
export { SessionRegistry } from './session-registry';
export { Session } from './session.entity';
export { SessionResolver } from './session.resolver';
export { SessionService, type SignedIn } from './session.service';
