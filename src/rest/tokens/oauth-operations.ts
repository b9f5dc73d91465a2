import { z } from 'zod';
import type { TokenIntrospection, TokenRevocation } from '../../features/tokens';
import { operation, type Operation } from '../operation';
import { EXAMPLE_TOKEN } from './examples';

export interface OAuthServices {
  readonly introspection: TokenIntrospection;
  readonly revocation: TokenRevocation;
}

/** RFC 7662 and RFC 7009 ask for the same; the hint is of no use here, for a token shows itself what it is. */
const tokenBody = z.object({
  token: z.string().min(1).meta({ description: 'An access token; to be revoked, a refresh token as well.' }),
  token_type_hint: z.string().optional(),
});
const bodyExample = { token: EXAMPLE_TOKEN };

/** What is wrong with a request is 400 in OAuth, whatever it is. */
const translation = { statuses: { INVALID_INPUT: 400 } } as const;

const introspectionAnswer = z.object({
  active: z.boolean(),
  token_type: z.literal('Bearer').optional(),
  sub: z.string().optional().meta({ description: 'Id of the user.' }),
  username: z.string().optional(),
  scope: z.string().optional().meta({ description: 'What the user may do now, separated by spaces.' }),
  role: z.string().optional().meta({ description: 'Of the user, now.' }),
  sid: z.string().optional().meta({ description: 'Id of the session.' }),
  iss: z.string().optional(),
  aud: z.string().optional(),
  exp: z.int().optional().meta({ description: 'Seconds since 1970.' }),
  iat: z.int().optional().meta({ description: 'Seconds since 1970.' }),
  jti: z.string().optional(),
});

export function introspect({ introspection }: OAuthServices): Operation {
  return operation({
    method: 'POST',
    path: '/oauth/introspect',
    id: 'oauthIntrospect',
    summary: 'Whether an access token is alive, and whose it is (RFC 7662)',
    description: 'Of anything else, a refresh token too, it is said that it is not active and nothing more.',
    security: 'client',
    takesForm: true,
    body: tokenBody,
    bodyExample,
    answer: {
      status: 200,
      description: 'What is known of the token.',
      schema: introspectionAnswer,
      example: { active: true, token_type: 'Bearer', sub: '1', scope: '', role: 'user' },
    },
    translation,
    handle: ({ body }) => introspection.introspect(body.token),
  });
}

export function revoke({ revocation }: OAuthServices): Operation {
  return operation({
    method: 'POST',
    path: '/oauth/revoke',
    id: 'oauthRevoke',
    summary: 'End the session of a token (RFC 7009)',
    description:
      'Every token of the session is dead at once. A token that is none, or is dead already, gets the same answer.',
    security: 'client',
    takesForm: true,
    body: tokenBody,
    bodyExample,
    answer: {
      status: 200,
      description: 'The token is good for nothing any more.',
      schema: z.undefined(),
      example: undefined,
      hasNoBody: true,
    },
    translation,
    handle: ({ body }) => revocation.revoke(body.token),
  });
}
