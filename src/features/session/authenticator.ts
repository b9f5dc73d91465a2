import { AppError } from '../../errors';
import type { Viewer } from '../../foundation/request-context';
import type { TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { SessionRegistry } from './session-registry';

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
  async viewerFromHeader(authorization: string | undefined): Promise<Viewer> {
    if (authorization === undefined) throw new AppError('UNAUTHENTICATED');
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('INVALID_TOKEN');
    return this.viewerFromToken(token);
  }

  /** The same for a bare access token. */
  async viewerFromToken(token: string): Promise<Viewer> {
    const claims = this.signer.verifyAccessToken(token);
    const viewer = await this.registry.viewerOf(claims.sid);
    if (viewer.userId !== claims.id) throw new AppError('INVALID_TOKEN');
    return viewer;
  }
}
