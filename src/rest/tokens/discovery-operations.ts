import { z } from 'zod';
import { isSecretAlgorithm, type Config } from '../../config';
import { JWKS_MAX_AGE_SECONDS, type TokenKeys } from '../../infrastructure/signing-keys';
import { operation, type Operation } from '../operation';

const CACHE_CONTROL = `public, max-age=${JWKS_MAX_AGE_SECONDS}`;

export type Discoverable = Pick<Config, 'jwt' | 'oauth' | 'http'>;

const jwksAnswer = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) });

export function jwks(tokenKeys: TokenKeys): Operation {
  return operation({
    method: 'GET',
    path: '/.well-known/jwks.json',
    id: 'jwks',
    summary: 'Public keys that access tokens are signed with (RFC 7517)',
    description:
      'Also those that will sign next, and those that signed tokens which still live. Empty where a secret signs.',
    answer: {
      status: 200,
      description: 'The keys, to be kept for five minutes.',
      schema: jwksAnswer,
      example: { keys: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: '…', alg: 'ES256', use: 'sig' }] },
      headers: { 'Cache-Control': 'How long the keys may be kept.' },
    },
    errors: ['DATABASE_ERROR', 'SERVICE_UNAVAILABLE'],
    handle: async ({ reply }) => {
      const keys = await tokenKeys.published();
      void reply.header('cache-control', CACHE_CONTROL);
      return { keys: [...keys] };
    },
  });
}

const metadataAnswer = z.looseObject({ issuer: z.string() });

/** The same document at both places where clients look for one. */
export function metadataAt(path: string, id: string, summary: string, config: Discoverable): Operation {
  return operation({
    method: 'GET',
    path,
    id,
    summary,
    description: 'What there is, and nothing else.',
    answer: {
      status: 200,
      description: 'Where to find what.',
      schema: metadataAnswer,
      example: {
        issuer: 'https://auth.example.com',
        response_types_supported: [],
        grant_types_supported: [],
      },
      headers: { 'Cache-Control': 'How long the document may be kept.' },
    },
    handle: ({ reply }) => {
      void reply.header('cache-control', CACHE_CONTROL);
      return metadataOf(config);
    },
  });
}

/** RFC 8414, 2: members that are demanded are there, empty where there is nothing. */
function metadataOf({ jwt, oauth, http: { publicUrl } }: Discoverable): z.infer<typeof metadataAnswer> {
  const hasPairs = !isSecretAlgorithm(jwt.algorithm);
  const hasClients = oauth.clients.length > 0;
  return {
    issuer: jwt.issuer,
    ...(hasPairs && { jwks_uri: `${publicUrl}/.well-known/jwks.json` }),
    // Nobody is sent here to sign in, and no token is issued to a client: left out they would mean that both are.
    response_types_supported: [],
    grant_types_supported: [],
    ...(hasClients && {
      introspection_endpoint: `${publicUrl}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint: `${publicUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
    }),
  };
}
