import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SessionsConfig } from '../../config';
import { AppError } from '../../errors';
import type { IssuedAccess, IssuedTokens } from '../../foundation/auth-tokens';
import type { Clock } from '../../foundation/clock';
import { emailKey, parseEmail, parseIdentifier, type Identifier } from '../../foundation/identifiers';
import { newUuid } from '../../foundation/ids';
import { accepted, valuesOf, type Parsed } from '../../foundation/parsed';
import type { RequestContext, TokenDelivery } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import type { Surface } from '../../foundation/surface';
import { hashToken, type TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { Database } from '../../infrastructure/database/database';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { User, type UserProfile, type WritableUser } from '../identity';
import type { Credentials } from './credentials.service';
import { endSessionsOf } from './live-sessions';
import { RefreshToken } from './refresh-token.entity';
import type { Rotations } from './rotations';
import type { SessionEnds } from './session-ends';
import type { SessionRegistry } from './session-registry';
import { Session, USER_AGENT_MAX_LENGTH } from './session.entity';
import { secondsUntil, sessionEnd } from './session.rules';

/** Sessions that ended longer ago than this are deleted at their owner's next sign-in. */
const ENDED_SESSION_RETENTION_MS = 24 * 60 * 60 * 1000;

/** What ended long ago, and the oldest of what is alive as far as there are too many. */
const MAKE_ROOM = `
  delete from sessions where user_id = ? and (
    expires_at < ? or revoked_at < ? or id in (
      select id from sessions where user_id = ? and revoked_at is null and expires_at > ?
      order by created_at desc, id desc offset ?))`;

const OF_REFRESH_TOKEN = { concerns: 'refresh-token' } as const;

export interface SignedIn {
  readonly user: UserProfile;
  readonly tokens: IssuedTokens;
}

export interface SessionParts {
  readonly database: Database;
  readonly credentials: Credentials;
  readonly registry: Pick<SessionRegistry, 'profileOf'>;
  readonly signer: TokenSigner;
  readonly rotations: Rotations;
  readonly ends: SessionEnds;
  readonly limits: SessionsConfig;
  readonly events: SecurityEvents;
  readonly clock: Clock;
}

export class SessionService {
  constructor(private readonly parts: SessionParts) {}

  /**
   * Signs in with an email address or a username; a surface that knows email addresses only takes no username.
   * @throws AppError INVALID_INPUT for an identifier that no text field can hold; INVALID_CREDENTIALS; ACCOUNT_DISABLED;
   * EMAIL_NOT_VERIFIED; RATE_LIMITED; SERVICE_UNAVAILABLE
   */
  async login(identifier: string, password: string, context: RequestContext): Promise<SignedIn> {
    const values = valuesOf({ identifier: parseSignInName(identifier, context.surface) });
    const attempt = async (): Promise<SignedIn | undefined> =>
      this.#signIn(await this.parts.credentials.authenticate(values.identifier, password, context), context);
    // Once more when the account changed meanwhile: perhaps another login just renewed the hash.
    const signedIn = (await attempt()) ?? (await attempt());
    if (!signedIn) throw new AppError('INVALID_CREDENTIALS');
    return signedIn;
  }

  /** Opens a session inside the caller's transaction. */
  async open(em: SqlEntityManager, user: User, context: RequestContext): Promise<IssuedTokens> {
    const now = this.parts.clock.now();
    const refreshToken = this.parts.signer.newRefreshToken();
    const id = newUuid();
    const expiresAt = sessionEnd(this.parts.limits, now, now);
    await em.insert(Session, {
      id,
      user: user.id,
      openedBy: context.surface.name,
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
      ipAddress: context.ipAddress,
      userAgent: context.userAgent?.slice(0, USER_AGENT_MAX_LENGTH) ?? null,
    });
    await em.insert(RefreshToken, { tokenHash: hashToken(refreshToken), session: id, issuedAt: now });
    await this.parts.events.emit(em, { kind: 'session.opened', user, sessionId: id });
    return this.#issue(user, { id, expiresAt, refreshToken });
  }

  /**
   * Rotates: the token given is spent, its successor is answered. Within the grace period a spent token gets the same
   * successor; later it is taken for stolen and ends its session.
   * @throws AppError INVALID_TOKEN; TOKEN_EXPIRED; SERVICE_UNAVAILABLE
   */
  async refresh(refreshToken: string): Promise<SignedIn> {
    const rotation = await this.parts.rotations.exchange(refreshToken);
    switch (rotation.kind) {
      case 'rotated': {
        const { user, sessionId: id, expiresAt, refreshToken: successor } = rotation;
        this.parts.events.report({ kind: 'session.refreshed', userId: user.id, sessionId: id });
        return { user, tokens: this.#issue(user, { id, expiresAt, refreshToken: successor }) };
      }
      case 'expired':
        throw new AppError('TOKEN_EXPIRED', OF_REFRESH_TOKEN);
      case 'unknown':
        throw new AppError('INVALID_TOKEN', OF_REFRESH_TOKEN);
      case 'reused':
        this.parts.events.report({
          kind: 'refresh_token.reused',
          userId: rotation.userId,
          sessionId: rotation.sessionId,
        });
        throw new AppError('INVALID_TOKEN', OF_REFRESH_TOKEN);
    }
  }

  /**
   * Another access token of a live session; nothing is spent.
   * @throws AppError INVALID_TOKEN when the session ended meanwhile
   */
  async issueAccess(viewer: SessionViewer, sessionEndsAt: Date): Promise<IssuedAccess> {
    const user = await this.parts.registry.profileOf(viewer);
    return this.#issueAccess(user, viewer.sessionId, secondsUntil(sessionEndsAt, this.parts.clock.now()));
  }

  /**
   * Ends the session of a request: the viewer's and that of the refresh cookie, spent or not, which may be of another
   * sign-in in the same browser. The browser is told to forget the cookie.
   * @throws AppError FORBIDDEN for a strange origin with nothing but a cookie; SERVICE_UNAVAILABLE
   */
  async logout(viewer: SessionViewer | undefined, delivery: TokenDelivery): Promise<void> {
    const { ends } = this.parts;
    if (viewer) await ends.end(viewer.sessionId, viewer.userId, 'logout');
    const cookie = !viewer || delivery.mayUseCookie ? delivery.refreshTokenFromCookie() : undefined;
    if (cookie !== undefined) await ends.endByRefreshToken(cookie, 'logout');
    delivery.clearRefreshCookie();
  }

  /** Ends every session of the caller, this one too; returns how many. */
  async logoutAll(viewer: SessionViewer): Promise<number> {
    return this.parts.database.unitOfWork(
      async (em) => {
        const sessions = await endSessionsOf(em, viewer.userId, this.parts.clock.now());
        await this.parts.events.emit(em, {
          kind: 'session.ended',
          userId: viewer.userId,
          reason: 'logout_all',
          sessions,
        });
        return sessions;
      },
      { concerns: viewer.userId },
    );
  }

  /**
   * Ends one session of the caller.
   * @param id a UUID, as the database writes it
   * @returns false when the caller has no such live session
   */
  async revoke(viewer: SessionViewer, id: string): Promise<boolean> {
    return this.parts.ends.end(id, viewer.userId, 'revoked');
  }

  /** The caller's live sessions, the latest used first; with an id that one, if it is among them. */
  async list(viewer: SessionViewer, id?: string): Promise<Session[]> {
    return this.parts.database.read((em) =>
      em.find(
        Session,
        {
          ...(id !== undefined && { id }),
          user: viewer.userId,
          revokedAt: null,
          expiresAt: { $gt: this.parts.clock.now() },
        },
        { orderBy: { lastUsedAt: 'desc', id: 'asc' }, limit: this.parts.limits.maxListed },
      ),
    );
  }

  async #makeRoom(em: SqlEntityManager, userId: number): Promise<void> {
    const now = this.parts.clock.now();
    const longAgo = new Date(now.getTime() - ENDED_SESSION_RETENTION_MS);
    await em.execute(MAKE_ROOM, [userId, longAgo, longAgo, userId, now, this.parts.limits.maxPerUser - 1]);
  }

  /** Undefined when the account is no longer as it was when the password was proven. */
  async #signIn(user: User, context: RequestContext): Promise<SignedIn | undefined> {
    return this.parts.database.unitOfWork(
      async (em) => {
        const lastLoginAt = this.parts.clock.now();
        const { id, hashedPassword, email, username } = user;
        // Also locks the row, so that whoever changes the account after this ends the session as well.
        const unchanged = { id, hashedPassword, email, username, isActive: true };
        const found = await em.nativeUpdate(User, unchanged, { lastLoginAt });
        if (found === 0) return undefined;
        (user as WritableUser).lastLoginAt = lastLoginAt;
        await this.#makeRoom(em, user.id);
        const tokens = await this.open(em, user, context);
        await this.parts.events.emit(em, { kind: 'login.succeeded', user });
        return { user, tokens };
      },
      { concerns: user.id },
    );
  }

  #issue(user: UserProfile, session: { id: string; expiresAt: Date; refreshToken: string }): IssuedTokens {
    const secondsLeft = secondsUntil(session.expiresAt, this.parts.clock.now());
    return {
      ...this.#issueAccess(user, session.id, secondsLeft),
      refreshToken: session.refreshToken,
      refreshExpiresInSeconds: secondsLeft,
    };
  }

  #issueAccess(user: UserProfile, sessionId: string, secondsLeft: number): IssuedAccess {
    const { id: userId, username, email, role } = user;
    return this.parts.signer.signAccessToken({ userId, username, email, role, sessionId, secondsLeft });
  }
}

function parseSignInName(input: string, { signsInBy }: Surface): Parsed<Identifier> {
  if (signsInBy === 'email-or-username') return parseIdentifier(input);
  const email = parseEmail(input, 'identifier');
  return email.ok ? accepted({ kind: 'email', key: emailKey(email.value) }) : email;
}
