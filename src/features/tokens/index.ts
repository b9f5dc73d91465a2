export { EndedSession, EndedSessionsFeed } from './ended-session.entity';
export { EndedSessions, type EndedSessionRecord } from './ended-sessions';
export { TokenIntrospection, type Introspection } from './introspection';
export { OAuthClients, type OAuthClient } from './oauth-clients';
export { RevocationFeed, type RevocationPage } from './revocation-feed';
export { TokenRevocation } from './token-revocation';
