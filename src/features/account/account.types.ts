import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { DeliveredTokens } from '../../foundation/request-context';
import type { User } from './user.entity';

export enum Role {
  USER = 'user',
  MODERATOR = 'moderator',
  ADMIN = 'admin',
}

registerEnumType(Role, {
  name: 'Role',
  description: 'What an account may do.',
  valuesConfig: {
    USER: { description: 'Its own account only.' },
    MODERATOR: { description: 'Like USER; a mark for applications behind the gateway.' },
    ADMIN: { description: 'May look up other accounts and book credits for them.' },
  },
});

export enum RegistrationStep {
  NONE = 'NONE',
  VERIFY_EMAIL = 'VERIFY_EMAIL',
}

registerEnumType(RegistrationStep, {
  name: 'RegistrationStep',
  description: 'What a new account has to do before it can sign in.',
  valuesConfig: {
    NONE: { description: 'Nothing: the account is signed in.' },
    VERIFY_EMAIL: { description: 'Enter the code from the mail with `verifyEmail`.' },
  },
});

@ObjectType('User', { description: 'An account, as its owner and administrators see it.' })
export class UserType {
  @Field(() => ID, { description: 'An integer, the same in every protocol.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Unique without regard to case.' })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'Unique without regard to case.' })
  username!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name.' })
  firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name.' })
  lastName!: string | null;

  @Field(() => String, { nullable: true, description: 'The whole name, as its owner writes it.' })
  fullName!: string | null;

  @Field(() => String, { nullable: true, description: 'Waiting for its confirmation.' })
  pendingEmail!: string | null;

  @Field(() => Boolean, { description: 'False for a disabled account: it cannot sign in.' })
  isActive!: boolean;

  @Field(() => Boolean, { description: 'Whether the owner has proven to receive mail at `email`.' })
  isEmailVerified!: boolean;

  @Field(() => Boolean, { description: 'The same as `role: ADMIN`.' })
  isAdmin!: boolean;

  @Field(() => Role, { description: 'What this account may do.' })
  role!: Role;

  @Field(() => Date, { description: 'When the account was made.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When the profile, the email address or the password last changed.' })
  updatedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its owner last signed in.' })
  lastLoginAt!: Date | null;
}

/** Copies field by field: a column reaches clients only when somebody writes it here. */
export function toUserType(user: User): UserType {
  return Object.assign(new UserType(), {
    id: String(user.id),
    email: user.email,
    username: user.username,
    firstName: user.firstName,
    lastName: user.lastName,
    fullName: user.fullName,
    pendingEmail: user.pendingEmail,
    isActive: user.isActive,
    isEmailVerified: user.isEmailVerified,
    isAdmin: user.role === 'admin',
    role: user.role,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    lastLoginAt: user.lastLoginAt,
  });
}

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
  return Object.assign(new AuthTokens(), {
    accessToken: tokens.accessToken,
    tokenType: 'bearer',
    expiresIn: tokens.expiresInSeconds,
    refreshToken: tokens.refreshToken,
    refreshExpiresIn: tokens.refreshExpiresInSeconds,
  });
}

@ObjectType({ description: 'A new account and what it has to do next.' })
export class RegisterPayload {
  @Field(() => UserType, { description: 'The new account.' })
  user!: UserType;

  @Field(() => RegistrationStep, { description: 'What the new account has to do before it can sign in.' })
  nextStep!: RegistrationStep;

  @Field(() => AuthTokens, {
    nullable: true,
    description: 'Null until the email is verified, where that is required.',
  })
  tokens!: AuthTokens | null;
}

@InputType({ description: 'A new account.' })
export class RegisterInput {
  @Field(() => String, { description: 'At most 255 characters.' })
  email!: string;

  @Field(() => String, {
    description:
      'By default at least 8 characters with an uppercase and a lowercase letter, a digit and a special character; at most 72 bytes in UTF-8.',
  })
  password!: string;

  @Field(() => String, { nullable: true, description: '3 to 50 letters, digits, ".", "_" or "-".' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  lastName?: string | null;
}

@InputType({ description: 'An absent field stays as it is, null clears it.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: '3 to 50 letters, digits, ".", "_" or "-".' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  fullName?: string | null;
}
