import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { AuthTokens, UserType } from '../account';
import type { Session } from './session.entity';

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

@ObjectType('Session', { description: 'One sign-in on one device.' })
export class SessionType {
  @Field(() => ID, { description: 'What `revokeSession` takes.' })
  id!: string;

  @Field(() => Date, { description: 'When it was opened.' })
  createdAt!: Date;

  @Field(() => Date, {
    description: 'When its tokens were last issued: at sign-in or at the latest refresh.',
  })
  lastUsedAt!: Date;

  @Field(() => Date, { description: 'When it ends unless it is refreshed before.' })
  expiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'The address it was opened from.' })
  ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: 'The program it was opened with.' })
  userAgent!: string | null;

  @Field(() => Boolean, { description: 'True for the session of this request.' })
  isCurrent!: boolean;
}

export function toSessionType(session: Session, currentId: string): SessionType {
  return Object.assign(new SessionType(), {
    id: session.id,
    createdAt: session.createdAt,
    lastUsedAt: session.lastUsedAt,
    expiresAt: session.expiresAt,
    ipAddress: session.ipAddress,
    userAgent: session.userAgent,
    isCurrent: session.id === currentId,
  });
}
