import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { DeliveredTokens } from '../../foundation/request-context';
import { globalId } from '../../foundation/global-ids';
import { NodeType, UserType } from '../identity';
import type { Session } from './session.entity';

@ObjectType({ description: 'The tokens of one session.' })
export class AuthTokens {
  @Field(() => String, { description: 'JSON Web Token for the header `Authorization: Bearer …`.' })
  accessToken!: string;

  @Field(() => String, { description: 'Always `bearer`.' })
  tokenType!: string;

  @Field(() => Int, { description: 'Seconds.' })
  expiresIn!: number;

  @Field(() => String, { nullable: true, description: 'Null where it is delivered as a cookie.' })
  refreshToken!: string | null;

  @Field(() => Int, { description: 'Seconds.' })
  refreshExpiresIn!: number;
}

export function toAuthTokens(tokens: DeliveredTokens): AuthTokens {
  return {
    accessToken: tokens.accessToken,
    tokenType: 'bearer',
    expiresIn: tokens.expiresInSeconds,
    refreshToken: tokens.refreshToken,
    refreshExpiresIn: tokens.refreshExpiresInSeconds,
  };
}

@InputType({ description: 'Who signs in.' })
export class LoginInput {
  @Field(() => String, { description: 'Email address or username.' })
  identifier!: string;

  @Field(() => String, { description: 'The password.' })
  password!: string;
}

@ObjectType({ description: 'Who signed in, and the tokens of the session.' })
export class AuthPayload {
  @Field(() => UserType, { description: 'Who signed in.' })
  user!: UserType;

  @Field(() => AuthTokens, { description: 'The tokens of the session.' })
  tokens!: AuthTokens;
}

@ObjectType('Session', { implements: NodeType, description: 'One sign-in on one device.' })
export class SessionType extends NodeType {
  @Field(() => ID, { description: 'Opaque; what `revokeSession` takes.' })
  override id!: string;

  @Field(() => Date, { description: 'When it was opened.' })
  createdAt!: Date;

  @Field(() => Date, {
    description:
      'When its tokens were last issued: at sign-in or at the latest refresh, to the hour where access tokens renew themselves.',
  })
  lastUsedAt!: Date;

  @Field(() => Date, {
    description:
      'When it ends unless it is refreshed before; never later than `SESSION_MAX_DAYS` after it was opened.',
  })
  expiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'The address it was opened from.' })
  ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: 'The program it was opened with.' })
  userAgent!: string | null;

  @Field(() => Boolean, { description: 'True for the session of this request.' })
  isCurrent!: boolean;
}

export function toSessionType(
  session: Omit<Session, 'user' | 'openedBy' | 'revokedAt'>,
  currentId: string,
): SessionType {
  return {
    id: globalId('Session', session.id),
    createdAt: session.createdAt,
    lastUsedAt: session.lastUsedAt,
    expiresAt: session.expiresAt,
    ipAddress: session.ipAddress,
    userAgent: session.userAgent,
    isCurrent: session.id === currentId,
  };
}
