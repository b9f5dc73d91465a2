import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { UserRole } from '../../foundation/viewer';
import type { UserProfile } from './user-profile';
import { NodeType } from './node.types';

const Role = { USER: 'user', MODERATOR: 'moderator', ADMIN: 'admin' } as const satisfies Record<
  Uppercase<UserRole>,
  UserRole
>;

registerEnumType(Role, {
  name: 'Role',
  description: 'What an account may do.',
  valuesConfig: {
    USER: { description: 'Its own account only.' },
    MODERATOR: { description: 'Like USER; a mark for applications behind the gateway.' },
    ADMIN: { description: 'May look up other accounts and book credits for them.' },
  },
});

@ObjectType('User', {
  implements: NodeType,
  description: 'An account, as its owner and administrators see it.',
})
export class UserType extends NodeType {
  @Field(() => ID, { description: 'An integer, the same in every protocol.' })
  override id!: string;

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
  role!: UserRole;

  @Field(() => Date, { description: 'When the account was made.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When the profile, the email address or the password last changed.' })
  updatedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its owner last signed in.' })
  lastLoginAt!: Date | null;
}

/** Copies field by field: a column reaches clients only when somebody writes it here. */
export function toUserType(user: UserProfile): UserType {
  return {
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
  };
}
