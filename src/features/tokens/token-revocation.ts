import { AppError } from '../../errors';
import type { Authenticator, SessionEnds } from '../sign-in';

/** Ends the session of a token that somebody holds (RFC 7009). */
export class TokenRevocation {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly ends: SessionEnds,
  ) {}

  /**
   * With the token its whole session ends, on every node. A token that is none of ours, or no longer, is as good as revoked.
   * Sessions belong to people and not to the services that are shown their tokens: who holds one may end it.
   * @param token an access or a refresh token
   * @throws AppError SERVICE_UNAVAILABLE
   */
  async revoke(token: string): Promise<void> {
    // Refresh tokens are one word; only a JSON Web Token has dots.
    if (!token.includes('.')) {
      await this.ends.endByRefreshToken(token, 'revoked');
      return;
    }
    try {
      const { viewer } = await this.authenticator.sessionFromToken(token);
      await this.ends.end(viewer.sessionId, viewer.userId, 'revoked');
    } catch (error) {
      if (!(error instanceof AppError && error.entry.httpStatus === 401)) throw error;
    }
  }
}
