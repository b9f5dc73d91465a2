import type { IssuedAccess, IssuedTokens } from '../../foundation/auth-tokens';
import type { Authenticator } from './authenticator';
import type { SessionService } from './session.service';

/** New tokens for whichever token of a session a client still has. */
export class Renewal {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
  ) {}

  /**
   * For a live access token another one of the same session, and nothing is spent; for a refresh token what
   * `SessionService.refresh` answers.
   * @throws AppError INVALID_TOKEN; TOKEN_EXPIRED; SERVICE_UNAVAILABLE
   */
  async renew(token: string): Promise<IssuedAccess | IssuedTokens> {
    // Refresh tokens are one word; only a JSON Web Token has dots.
    if (!token.includes('.')) return (await this.sessions.refresh(token)).tokens;
    return this.sessions.renewAccess(await this.authenticator.viewerFromToken(token));
  }
}
