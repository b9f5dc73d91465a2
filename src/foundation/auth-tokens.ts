/** An access token, as it is issued. */
export interface IssuedAccess {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** The two tokens of a session, as they are issued. Lives are in seconds. */
export interface IssuedTokens extends IssuedAccess {
  /** Opaque, single use; the database knows its hash only. */
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
}
