/** The two tokens of a session, as they are issued. Lives are in seconds. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** Opaque, single use; the database knows its hash only. */
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
}
