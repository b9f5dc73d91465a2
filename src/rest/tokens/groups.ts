import type { RevocationFeed } from '../../features/tokens';
import { graphqlSurface } from '../../foundation/surface';
import type { TokenKeys } from '../../infrastructure/signing-keys';
import type { OperationGroup } from '../operation';
import { jwks, metadataAt, type Discoverable } from './discovery-operations';
import { forwardAuth, type ForwardAuthServices } from './forward-auth-operations';
import { oauthFace } from './oauth-face';
import { introspect, revoke, type OAuthServices } from './oauth-operations';
import { revocations } from './revocations-operation';

export interface TokenServices extends OAuthServices, ForwardAuthServices {
  readonly tokenKeys: TokenKeys;
  readonly revocationFeed: RevocationFeed;
}

/** What other services and proxies ask, to go by the sessions of this one. */
export function tokenGroups(services: TokenServices, config: Discoverable): OperationGroup[] {
  return [
    {
      name: 'discovery',
      description: 'What other services need to check tokens on their own.',
      prefixes: [],
      operations: [
        jwks(services.tokenKeys),
        metadataAt(
          '/.well-known/openid-configuration',
          'openidConfiguration',
          'What OpenID clients look for',
          config,
        ),
        metadataAt(
          '/.well-known/oauth-authorization-server',
          'oauthMetadata',
          'What this authorization server has (RFC 8414)',
          config,
        ),
      ],
    },
    {
      name: 'oauth',
      description: 'For services of OAUTH_CLIENTS: what a token is worth now.',
      prefixes: ['/oauth/'],
      face: oauthFace,
      speaksOAuth: true,
      operations: [introspect(services), revoke(services), revocations(services.revocationFeed)],
    },
    {
      name: 'forward-auth',
      description: 'For proxies in front of other services.',
      prefixes: ['/forward-auth/'],
      face: { surface: graphqlSurface, errorBody: (envelope) => envelope },
      ignoresBodies: true,
      operations: [forwardAuth('GET', services), forwardAuth('POST', services)],
    },
  ];
}
