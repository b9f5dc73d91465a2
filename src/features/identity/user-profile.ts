import type { User } from './user.entity';

/** What people are shown of an account. */
export type UserProfile = Readonly<
  Pick<
    User,
    | 'id'
    | 'email'
    | 'username'
    | 'firstName'
    | 'lastName'
    | 'fullName'
    | 'pendingEmail'
    | 'isActive'
    | 'isEmailVerified'
    | 'role'
    | 'createdAt'
    | 'updatedAt'
    | 'lastLoginAt'
  >
>;

/** A row of `profileColumns`, as the driver answers it. */
export interface ProfileRow {
  readonly userId: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly fullName: string | null;
  readonly pendingEmail: string | null;
  readonly isActive: boolean;
  readonly isEmailVerified: boolean;
  readonly role: User['role'];
  readonly userCreatedAt: string;
  readonly userUpdatedAt: string;
  readonly lastLoginAt: string | null;
}

/** For a statement that names the table `u`. */
export const profileColumns = `
  u.id as "userId", u.email, u.username, u.first_name as "firstName", u.last_name as "lastName",
  u.full_name as "fullName", u.pending_email as "pendingEmail", u.is_active as "isActive",
  u.is_email_verified as "isEmailVerified", u.role, u.created_at as "userCreatedAt", u.updated_at as "userUpdatedAt",
  u.last_login_at as "lastLoginAt"`;

/** A plain object without an entity's ties to the ORM: it can be kept, and shared among requests. */
export function profileOf(row: ProfileRow): UserProfile {
  return Object.freeze({
    id: Number(row.userId),
    email: row.email,
    username: row.username,
    firstName: row.firstName,
    lastName: row.lastName,
    fullName: row.fullName,
    pendingEmail: row.pendingEmail,
    isActive: row.isActive,
    isEmailVerified: row.isEmailVerified,
    role: row.role,
    createdAt: new Date(row.userCreatedAt),
    updatedAt: new Date(row.userUpdatedAt),
    lastLoginAt: row.lastLoginAt === null ? null : new Date(row.lastLoginAt),
  });
}
