import type { SessionsConfig } from '../../config';
import { AppError } from '../../errors';
import type { IssuedAccess, IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import type { RequestContext } from '../../foundation/request-context';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';
import type { Authenticator } from './authenticator';
import type { LiveSession } from './session-registry';
import { sessionEnd } from './session.rules';
import type { SessionService } from './session.service';

/** Uses are written down so often at most, and the session lives on from there. */
const NOTED_EVERY_SECONDS = 3_600;

const RENEW: PreparedStatement = {
  name: 'session_renew',
  sql: `update sessions set last_used_at = $1, expires_at = $2
    where id = $3 and revoked_at is null and last_used_at <= $4`,
};

/** New tokens for whichever token of a session a client still has. */
export class Renewal {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
    private readonly database: Database,
    private readonly limits: SessionsConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * For a live access token of a session that the asking surface opened another one, and nothing is spent; for a refresh
   * token what `SessionService.refresh` answers. Sessions of other surfaces have a refresh token: with an access token of
   * theirs an hour's theft would be for a session's life.
   * @throws AppError INVALID_TOKEN, also for an access token of any other session; TOKEN_EXPIRED; SERVICE_UNAVAILABLE
   */
  async renew(
    token: string,
    { surface }: Pick<RequestContext, 'surface'>,
  ): Promise<IssuedAccess | IssuedTokens> {
    // Refresh tokens are one word; only a JSON Web Token has dots.
    if (!token.includes('.')) return (await this.sessions.refresh(token)).tokens;
    const session = await this.authenticator.sessionFromToken(token);
    if (session.openedBy !== surface.name) throw new AppError('INVALID_TOKEN');
    return this.sessions.issueAccess(session.viewer, await this.#use(session));
  }

  /** Keeps the session awake. @returns when it ends now */
  async #use({ viewer, createdAt, lastUsedAt }: LiveSession): Promise<Date> {
    const now = this.clock.now();
    const notedEverySeconds = Math.min(NOTED_EVERY_SECONDS, this.limits.idleSeconds / 2);
    const dueSince = new Date(now.getTime() - notedEverySeconds * 1000);
    const isDue = lastUsedAt <= dueSince;
    const endsAt = sessionEnd(this.limits, createdAt, isDue ? now : lastUsedAt);
    if (endsAt <= now) throw new AppError('TOKEN_EXPIRED');
    // What is known of the session is a moment old: somebody else may have written just now.
    if (isDue) await this.database.statement(RENEW, [now, endsAt, viewer.sessionId, dueSince]);
    return endsAt;
  }
}
