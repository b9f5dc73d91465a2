import { AppError } from '../../errors';
import type { TokenDelivery } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import type { TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { LiveSession, SessionRegistry } from './session-registry';

const BEARER = /^Bearer +([^\s]+) *$/i;

/** Turns an access token into the person behind it, the same for GraphQL and every REST family. */
export class Authenticator {
  constructor(
    private readonly signer: TokenSigner,
    private readonly registry: SessionRegistry,
  ) {}

  /**
   * @param authorization the value of the `Authorization` header
   * @throws AppError UNAUTHENTICATED without a bearer token; TOKEN_EXPIRED; INVALID_TOKEN, also when the session has ended
   * or the account is gone or disabled; SERVICE_UNAVAILABLE
   */
  async viewerFromHeader(authorization: string | undefined): Promise<SessionViewer> {
    if (authorization === undefined) throw new AppError('UNAUTHENTICATED');
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('INVALID_TOKEN');
    return this.viewerFromToken(token);
  }

  /** The same for a bare access token. */
  async viewerFromToken(token: string): Promise<SessionViewer> {
    return (await this.sessionFromToken(token)).viewer;
  }

  /** The same with what else is known of the session. */
  async sessionFromToken(token: string): Promise<LiveSession> {
    const verified = this.signer.verifyAccessToken(token);
    const claims = verified instanceof Promise ? await verified : verified;
    const session = await this.registry.sessionOf(claims.sid);
    if (session.viewer.userId !== claims.id) throw new AppError('INVALID_TOKEN');
    return session;
  }

  /**
   * The same person once more, for a connection that outlives its request.
   * @throws AppError INVALID_TOKEN when the session has ended or the account is gone or disabled; SERVICE_UNAVAILABLE
   */
  async stillThere({ sessionId }: SessionViewer): Promise<SessionViewer> {
    return (await this.registry.sessionOf(sessionId)).viewer;
  }
}

/**
 * Who signs out: as `find` says, or nobody when it refuses the access token but a refresh cookie came along, which lives
 * longer and ends the session as well.
 */
export async function viewerUnlessCookie(
  find: () => Promise<SessionViewer>,
  delivery: TokenDelivery,
): Promise<SessionViewer | undefined> {
  try {
    return await find();
  } catch (error) {
    const isRefused = error instanceof AppError && error.entry.httpStatus === 401;
    if (isRefused && delivery.hasRefreshCookie) return undefined;
    throw error;
  }
}
