import { integer } from './kinds';
import { oauthClients } from './oauth-clients';
import type { Variable } from './variable';

export const oauthVariables = {
  OAUTH_CLIENTS: {
    kind: oauthClients,
    defaultMeaning: 'nobody may ask: introspection, revocation and the feed of revocations are off',
    example: 'orders:<the-output-of-openssl-rand-hex-32>',
    description:
      'Services that may ask about tokens and revoke them, each as id:secret, separated by commas or, in a file, by lines.',
    isSecret: true,
  },
  OAUTH_FEED_CONNECTIONS: {
    kind: integer(1, 100_000),
    default: '100',
    description:
      'Requests for revocations of one client that wait, or stay open, in a process; beyond it one is answered 503.',
  },
  OAUTH_FEED_WAIT_SECONDS: {
    kind: integer(1, 300),
    default: '25',
    description: 'Longest wait of a request for revocations until it is answered that there were none.',
  },
} satisfies Record<string, Variable>;
