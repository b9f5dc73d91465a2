import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { RefreshTokenConfig, SessionsConfig } from '../../config';
import { AppError, invalidInput } from '../../errors';
import type { IssuedAccess, IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail, parseIdentifier, type Identifier } from '../../foundation/identifiers';
import { isUuid, newUuid } from '../../foundation/ids';
import { accepted, valuesOf, type Parsed } from '../../foundation/parsed';
import type { RequestContext, Surface, Viewer } from '../../foundation/request-context';
import { hashToken, type TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { Database } from '../../infrastructure/database/database';
import type { RecentReads } from '../../infrastructure/database/recent-reads';
import type { Logger } from '../../infrastructure/telemetry/logger';
import { User, type Credentials } from '../account';
import { endSessionsOf } from './end-sessions';
import { RefreshToken } from './refresh-token.entity';
import { rotate, type Rotation } from './rotation';
import { Session, USER_AGENT_MAX_LENGTH } from './session.entity';

/** Sessions that ended longer ago than this are deleted at their owner's next sign-in. */
const ENDED_SESSION_RETENTION_MS = 24 * 60 * 60 * 1000;

export interface SignedIn {
  readonly user: User;
  readonly tokens: IssuedTokens;
}

export class SessionService {
  constructor(
    private readonly database: Database,
    private readonly credentials: Credentials,
    private readonly users: RecentReads<number, User>,
    private readonly signer: TokenSigner,
    private readonly refreshTokens: RefreshTokenConfig,
    private readonly limits: SessionsConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Signs in with an email address or a username; the families that know email addresses only take no username.
   * @throws AppError INVALID_INPUT for an identifier that no text field can hold; INVALID_CREDENTIALS; ACCOUNT_DISABLED;
   * EMAIL_NOT_VERIFIED; SERVICE_UNAVAILABLE
   */
  async login(identifier: string, password: string, context: RequestContext): Promise<SignedIn> {
    const values = valuesOf({ identifier: parseSignInName(identifier, context.surface) });
    const attempt = async (): Promise<SignedIn | undefined> =>
      this.#signIn(await this.credentials.authenticate(values.identifier, password, context), context);
    // Once more when the account changed meanwhile: perhaps another login just renewed the hash.
    const signedIn = (await attempt()) ?? (await attempt());
    if (!signedIn) throw new AppError('INVALID_CREDENTIALS');
    this.logger.info({ user_id: signedIn.user.id }, 'login_succeeded');
    return signedIn;
  }

  /** Opens a session inside the caller's transaction. */
  async open(em: SqlEntityManager, user: User, context: RequestContext): Promise<IssuedTokens> {
    const now = this.clock.now();
    const refreshToken = this.signer.newRefreshToken();
    const id = newUuid();
    await em.insert(Session, {
      id,
      user: user.id,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: this.#refreshExpiry(now),
      ipAddress: context.ipAddress,
      userAgent: context.userAgent?.slice(0, USER_AGENT_MAX_LENGTH) ?? null,
    });
    await em.insert(RefreshToken, { tokenHash: hashToken(refreshToken), session: id, issuedAt: now });
    return this.#issue(user, id, refreshToken);
  }

  /**
   * Rotates: the token given is spent, its successor is answered. Within the grace period a spent token gets the same
   * successor; later it is taken for stolen and ends its session.
   * @throws AppError INVALID_TOKEN; TOKEN_EXPIRED; SERVICE_UNAVAILABLE
   */
  async refresh(refreshToken: string): Promise<SignedIn> {
    const now = this.clock.now();
    const rotation: Rotation = await this.database.unitOfWork((em) =>
      rotate(em, refreshToken, {
        successorOf: (token) => this.signer.successorOf(token),
        now,
        expiresAt: this.#refreshExpiry(now),
        reuseGraceMs: this.refreshTokens.reuseGraceSeconds * 1000,
      }),
    );
    switch (rotation.kind) {
      case 'rotated':
        return {
          user: rotation.user,
          tokens: this.#issue(rotation.user, rotation.sessionId, rotation.refreshToken),
        };
      case 'expired':
        throw new AppError('TOKEN_EXPIRED');
      case 'unknown':
        throw new AppError('INVALID_TOKEN');
      case 'reused':
        this.logger.warn(
          { session_id: rotation.sessionId, user_id: rotation.userId },
          'refresh_token_reused',
        );
        throw new AppError('INVALID_TOKEN');
    }
  }

  /**
   * Another access token of the same session; nothing is spent.
   * @throws AppError INVALID_TOKEN when the account was deleted meanwhile
   */
  async renewAccess(viewer: Viewer): Promise<IssuedAccess> {
    const user = await this.users.get(viewer.userId);
    if (!user) throw new AppError('INVALID_TOKEN');
    return this.#issueAccess(user, viewer.sessionId);
  }

  async logout(viewer: Viewer): Promise<void> {
    await this.revoke(viewer, viewer.sessionId);
  }

  /** Ends every session of the caller, this one too; returns how many. */
  async logoutAll(viewer: Viewer): Promise<number> {
    return this.database.unitOfWork((em) => this.endAllOf(em, viewer.userId));
  }

  /**
   * Ends one session of the caller.
   * @returns false when the caller has no such live session
   * @throws AppError INVALID_INPUT for what is no session id
   */
  async revoke(viewer: Viewer, id: string): Promise<boolean> {
    if (!isUuid(id)) throw invalidInput({ field: 'id', message: 'must be the id of a session' });
    // As the database writes it.
    const sessionId = id.toLowerCase();
    const now = this.clock.now();
    const ended = await this.database.unitOfWork((em) =>
      em.nativeUpdate(
        Session,
        { id: sessionId, user: viewer.userId, revokedAt: null, expiresAt: { $gt: now } },
        { revokedAt: now },
      ),
    );
    return ended > 0;
  }

  /** The caller's live sessions, the latest used first. */
  async list(viewer: Viewer): Promise<Session[]> {
    return this.database.read((em) =>
      em.find(
        Session,
        { user: viewer.userId, revokedAt: null, expiresAt: { $gt: this.clock.now() } },
        { orderBy: { lastUsedAt: 'desc', id: 'asc' }, limit: this.limits.maxListed },
      ),
    );
  }

  /** Ends a user's sessions inside the caller's transaction, but for `exceptId`; returns how many. */
  async endAllOf(em: SqlEntityManager, userId: number, exceptId?: string): Promise<number> {
    return endSessionsOf(em, userId, this.clock.now(), exceptId);
  }

  async #deleteEnded(em: SqlEntityManager, userId: number): Promise<void> {
    const endedBefore = new Date(this.clock.now().getTime() - ENDED_SESSION_RETENTION_MS);
    await em.nativeDelete(Session, {
      user: userId,
      $or: [{ expiresAt: { $lt: endedBefore } }, { revokedAt: { $lt: endedBefore } }],
    });
  }

  /** Undefined when the account is no longer as it was when the password was proven. */
  async #signIn(user: User, context: RequestContext): Promise<SignedIn | undefined> {
    return this.database.unitOfWork(async (em) => {
      const lastLoginAt = this.clock.now();
      const unchanged = { id: user.id, hashedPassword: user.hashedPassword, isActive: true };
      const found = await em.nativeUpdate(User, unchanged, { lastLoginAt });
      if (found === 0) return undefined;
      user.lastLoginAt = lastLoginAt;
      await this.#deleteEnded(em, user.id);
      return { user, tokens: await this.open(em, user, context) };
    });
  }

  #refreshExpiry(now: Date): Date {
    return new Date(now.getTime() + this.refreshTokens.ttlSeconds * 1000);
  }

  #issue(user: User, sessionId: string, refreshToken: string): IssuedTokens {
    const refreshExpiresInSeconds = this.refreshTokens.ttlSeconds;
    return { ...this.#issueAccess(user, sessionId), refreshToken, refreshExpiresInSeconds };
  }

  #issueAccess(user: User, sessionId: string): IssuedAccess {
    const subject = { userId: user.id, username: user.username, role: user.role, sessionId };
    return {
      accessToken: this.signer.signAccessToken(subject),
      expiresInSeconds: this.signer.accessTokenTtlSeconds,
    };
  }
}

function parseSignInName(input: string, surface: Surface): Parsed<Identifier> {
  if (surface !== 'auth-serve' && surface !== 'balance-hub') return parseIdentifier(input);
  const email = parseEmail(input, 'identifier');
  return email.ok ? accepted({ kind: 'email', key: emailKey(email.value) }) : email;
}
