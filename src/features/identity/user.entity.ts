import { BigIntType, Check, Entity, Enum, Index, Opt, PrimaryKey, Property } from '@mikro-orm/core';
import { userRoles, type UserRole } from '../../foundation/viewer';

const USERNAME_COLUMN_LENGTH = 100;

/** Read-only, so that no change goes past `AccountChanges`, which says what ends with it and tells of it. */
@Entity({ tableName: 'users' })
@Index({
  name: 'users_email_unique',
  expression: 'create unique index "users_email_unique" on "users" (lower("email"))',
})
@Index({
  name: 'users_awaiting_verification_index',
  expression:
    'create index "users_awaiting_verification_index" on "users" ("created_at") where "awaits_verification"',
})
@Index({
  name: 'users_username_unique',
  expression: 'create unique index "users_username_unique" on "users" (lower("username"))',
})
@Check({ name: 'users_identifier_check', expression: 'email is not null or username is not null' })
export class User {
  @PrimaryKey({ type: new BigIntType('number'), generated: 'by default as identity' })
  readonly id!: number;

  /** As the user wrote it, with the domain in lower case; unique without regard to case. */
  @Property({ type: 'string', length: 255, nullable: true })
  readonly email: string | null = null;

  /** As the user wrote it; unique without regard to case. */
  @Property({ type: 'string', length: USERNAME_COLUMN_LENGTH, nullable: true })
  readonly username: string | null = null;

  /** bcrypt. Hidden from serialisation, and no GraphQL or REST type is made from this class. */
  @Property({ type: 'string', length: 255, hidden: true })
  readonly hashedPassword!: string;

  @Property({ type: 'string', length: 100, nullable: true })
  readonly firstName: string | null = null;

  @Property({ type: 'string', length: 100, nullable: true })
  readonly lastName: string | null = null;

  @Property({ type: 'string', length: 100, nullable: true })
  readonly fullName: string | null = null;

  /** The new address while its confirmation is outstanding. */
  @Property({ type: 'string', length: 255, nullable: true })
  readonly pendingEmail: string | null = null;

  /** BCP 47 language tag for mails. */
  @Property({ type: 'string', length: 10, nullable: true })
  readonly locale: string | null = null;

  @Property({ type: 'boolean', default: true })
  readonly isActive: Opt<boolean> = true;

  @Property({ type: 'boolean', default: false })
  readonly isEmailVerified: Opt<boolean> = false;

  /** Inactive because it was registered where a verified address is required. A disabled account waits for nothing. */
  @Property({ type: 'boolean', default: false })
  readonly awaitsVerification: Opt<boolean> = false;

  /** Codes and links that were asked for before this are dead, also those whose mail still waits to be sent. */
  @Property({ type: 'timestamptz', nullable: true })
  readonly proofsEndedAt: Date | null = null;

  /** The address that registered the account: whoever is asked to verify it may want to know. */
  @Property({ type: 'string', length: 45, nullable: true })
  readonly registeredFrom: string | null = null;

  @Enum({ items: () => userRoles, columnType: 'varchar(20)', default: 'user' })
  readonly role: Opt<UserRole> = 'user';

  @Property({ type: 'timestamptz', index: 'users_created_at_index' })
  readonly createdAt!: Date;

  @Property({ type: 'timestamptz' })
  readonly updatedAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  readonly lastLoginAt: Date | null = null;
}

/** What `AccountChanges` hands to whoever describes a change. */
export type WritableUser = { -readonly [Column in keyof User]: User[Column] };

/**
 * To be called when the owner has proven to receive mail at the address; an account that waited for this becomes active.
 * @returns whether it did wait
 */
export function markEmailVerified(user: WritableUser): boolean {
  const waited = user.awaitsVerification;
  user.isEmailVerified = true;
  user.isActive ||= waited;
  user.awaitsVerification = false;
  return waited;
}

/**
 * Gives the account another address. A username that is the old one goes with it: nobody may keep somebody else's address
 * as a name, or hold it for ever.
 */
export function moveEmail(user: WritableUser, email: string | null): void {
  const isNamedByEmail = user.email !== null && user.username?.toLowerCase() === user.email.toLowerCase();
  user.email = email;
  if (isNamedByEmail && email !== null) user.username = email.length > USERNAME_COLUMN_LENGTH ? null : email;
}
