import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { AppError, invalidInput } from '../../errors';
import { parseGlobalId } from '../../foundation/global-ids';
import { isUuid } from '../../foundation/ids';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import { RateLimit } from '../../infrastructure/rate-limit/rate-limit.decorator';
import { toUserType } from '../identity';
import { viewerUnlessCookie } from './authenticator';
import type { SessionService, SignedIn } from './session.service';
import { AuthPayload, LoginInput, SessionType, toAuthTokens, toSessionType } from './session.types';

@Resolver()
export class SessionResolver {
  constructor(private readonly sessions: SessionService) {}

  @RateLimit('login')
  @Raises('INVALID_INPUT', 'INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED')
  @Mutation(() => AuthPayload, { description: 'Signs in with an email address or a username.' })
  async login(
    @Arg('input', () => LoginInput, { description: 'Who signs in.' }) input: LoginInput,
    @Ctx() context: CallerContext,
  ): Promise<AuthPayload> {
    return toAuthPayload(await this.sessions.login(input.identifier, input.password, context), context);
  }

  @RateLimit('refresh')
  @Raises('signed-in', 'FORBIDDEN')
  @Mutation(() => AuthPayload, {
    description:
      'Rotates: the refresh token given is spent. Without an argument the HttpOnly cookie is read.',
  })
  async refresh(
    @Arg('refreshToken', () => String, {
      nullable: true,
      description: 'The latest refresh token of the session.',
    })
    refreshToken: string | null,
    @Ctx() context: CallerContext,
  ): Promise<AuthPayload> {
    const token = refreshToken ?? context.delivery.refreshTokenFromCookie();
    if (token === undefined) throw new AppError('UNAUTHENTICATED', { concerns: 'refresh-token' });
    return toAuthPayload(await this.sessions.refresh(token), context);
  }

  @RateLimit('other')
  @Raises('signed-in', 'FORBIDDEN')
  @Mutation(() => Boolean, {
    description:
      'Ends the session of this request; its tokens stop working at once. Where refresh tokens are cookies, one will do without an access token that works.',
  })
  async logout(@Ctx() context: CallerContext): Promise<boolean> {
    const viewer = await viewerUnlessCookie(() => context.requireViewer(), context.delivery);
    await this.sessions.logout(viewer, context.delivery);
    return true;
  }

  @RateLimit('other')
  @Raises('signed-in')
  @Mutation(() => Int, { description: 'Ends every session of the caller; returns how many.' })
  async logoutAll(@Ctx() context: CallerContext): Promise<number> {
    const ended = await this.sessions.logoutAll(await context.requireViewer());
    context.delivery.clearRefreshCookie();
    return ended;
  }

  @RateLimit('other')
  @Raises('signed-in', 'INVALID_INPUT')
  @Mutation(() => Boolean, {
    description: 'Ends one session of the caller; false when the caller has no such live session.',
  })
  async revokeSession(
    @Arg('id', () => ID, { description: 'The id of a session, from `mySessions`.' }) id: string,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    const viewer = await context.requireViewer();
    const sessionId = sessionIdOf(id);
    const ended = await this.sessions.revoke(viewer, sessionId);
    if (sessionId === viewer.sessionId) context.delivery.clearRefreshCookie();
    return ended;
  }

  @Raises('signed-in')
  @Query(() => [SessionType], { description: "The caller's live sessions, the latest used first." })
  async mySessions(@Ctx() context: CallerContext): Promise<SessionType[]> {
    const viewer = await context.requireViewer();
    const sessions = await this.sessions.list(viewer);
    return sessions.map((session) => toSessionType(session, viewer.sessionId));
  }
}

function toAuthPayload({ user, tokens }: SignedIn, context: CallerContext): AuthPayload {
  return { user: toUserType(user), tokens: toAuthTokens(context.delivery.deliver(tokens)) };
}

/** The id that clients have had before ids carried their type is taken as well. @throws AppError INVALID_INPUT */
function sessionIdOf(id: string): string {
  const parsed = parseGlobalId(id) ?? { type: 'Session', id };
  if (parsed.type !== 'Session' || !isUuid(parsed.id))
    throw invalidInput({ field: 'id', message: 'must be the id of a session' });
  // As the database writes it.
  return parsed.id.toLowerCase();
}
