import type { KeyObject } from 'node:crypto';

/** One secret signs and verifies. */
export type SecretAlgorithm = 'HS256' | 'HS384' | 'HS512';
/** A private key signs, and whoever has the public one verifies. */
export type KeyPairAlgorithm = 'ES256' | 'RS256' | 'PS256';
export type JwtAlgorithm = SecretAlgorithm | KeyPairAlgorithm;

export interface JwtConfig {
  /**
   * At least 32 characters, in production as many bytes as the algorithm's hash; never logged. Undefined only where key
   * pairs sign and SECRETS_KEY is the root of all else.
   */
  readonly secret: string | undefined;
  /** The one before, whose tokens are taken until they end. */
  readonly previousSecret: string | undefined;
  readonly algorithm: JwtAlgorithm;
  readonly accessTokenTtlSeconds: number;
  readonly issuer: string;
  readonly audience: string;
  /** The operator's own key pairs, the one that signs first; undefined: the gateway makes them itself. */
  readonly ownKeys: readonly [KeyObject, ...KeyObject[]] | undefined;
  readonly keyRotationSeconds: number;
  readonly claims: ClaimsConfig | undefined;
}

/** Claims that access tokens carry beside our own. */
export interface ClaimsConfig {
  /** The one claim that holds them all; undefined: they stand beside ours. */
  readonly namespace: string | undefined;
  /** Texts in it may name what is put in their place, as `{{user_id}}`. */
  readonly template: Readonly<Record<string, JsonValue>>;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A service that may ask about tokens. */
export interface OAuthClientConfig {
  readonly id: string;
  /** Never logged. */
  readonly secret: string;
}

export interface OAuthConfig {
  readonly clients: readonly OAuthClientConfig[];
  /** Requests for revocations that may wait at the same time, in one process. */
  readonly feedConnections: number;
  readonly feedWaitSeconds: number;
}
