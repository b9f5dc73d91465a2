import type { KeysConfig } from './config';
import type { ClaimsConfig, JwtConfig, OAuthConfig } from './token-types';
import type { Values } from './variables';

/** @param secret undefined only where SECRETS_KEY is set */
export function jwtConfig(values: Values, secret: string | undefined, issuer: string): JwtConfig {
  return {
    secret,
    previousSecret: values.JWT_PREVIOUS_SECRET_KEY,
    algorithm: values.JWT_ALGORITHM,
    accessTokenTtlSeconds: values.JWT_EXPIRATION_HOURS,
    issuer,
    audience: values.JWT_AUDIENCE,
    ownKeys: values.JWT_PRIVATE_KEY,
    keyRotationSeconds: values.JWT_KEY_ROTATION_DAYS,
    claims: claimsConfig(values),
  };
}

function claimsConfig({
  JWT_CLAIMS_TEMPLATE: template,
  JWT_CLAIMS_NAMESPACE: namespace,
}: Values): ClaimsConfig | undefined {
  return template && { namespace, template };
}

/** Without a SECRETS_KEY the signing secret is the root; whoever introduces one loses nothing that was made before. */
export function keysConfig(values: Values, secret: string | undefined): KeysConfig {
  const roots = [values.SECRETS_KEY, secret, values.JWT_PREVIOUS_SECRET_KEY];
  const [current, ...earlier] = new Set(roots.filter((one) => one !== undefined));
  if (current === undefined) throw new Error('There is no root secret');
  return { roots: [current, ...earlier] };
}

export function oauthConfig(values: Values): OAuthConfig {
  return {
    clients: values.OAUTH_CLIENTS ?? [],
    feedConnections: values.OAUTH_FEED_CONNECTIONS,
    feedWaitSeconds: values.OAUTH_FEED_WAIT_SECONDS,
  };
}
