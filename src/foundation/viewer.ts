/** What somebody may do to what is not their own: `resource:action`. Everybody may read and change what is theirs. */
export type Permission = 'users:read' | 'credits:add';

export const userRoles = ['user', 'moderator', 'admin'] as const;
export type UserRole = (typeof userRoles)[number];

const PERMISSIONS: Readonly<Record<UserRole, ReadonlySet<Permission>>> = {
  user: new Set(),
  moderator: new Set(),
  admin: new Set(['users:read', 'credits:add']),
};

/** What a role may do, in the words of the claim `scope`: separated by spaces. */
export function scopeOf(role: UserRole): string {
  return [...PERMISSIONS[role]].join(' ');
}

/** A person with a live session. Read from the database, never from the token's claims alone. */
export class SessionViewer {
  readonly credential = 'access-token';

  constructor(
    readonly userId: number,
    readonly sessionId: string,
    readonly role: UserRole,
  ) {}

  /** The one question that use cases ask before they touch what belongs to others. */
  can(permission: Permission): boolean {
    return PERMISSIONS[this.role].has(permission);
  }
}

/**
 * Who is asking, by the credential that was shown. What needs one kind of it says so: an operation on sessions takes a
 * `SessionViewer`, and another kind of credential does not compile there.
 */
export type Viewer = SessionViewer;
