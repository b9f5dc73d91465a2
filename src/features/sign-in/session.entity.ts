import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { User } from '../identity';

export const USER_AGENT_MAX_LENGTH = 512;

/** One sign-in on one device, kept alive by a chain of refresh tokens. */
@Entity({ tableName: 'sessions' })
export class Session {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => User, { deleteRule: 'cascade', index: 'sessions_user_id_index' })
  user!: User;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  /** The name of the surface it came in through; null for one that was opened before this was written down. */
  @Property({ type: 'string', length: 20, nullable: true })
  openedBy: string | null = null;

  /** Sign-in, last rotation or last renewal; writing it at every request would cost more than it tells. */
  @Property({ type: 'timestamptz' })
  lastUsedAt!: Date;

  /** Moves forward with each use, as far as the absolute life of a session allows. */
  @Property({ type: 'timestamptz', index: 'sessions_expires_at_index' })
  expiresAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null = null;

  @Property({ type: 'string', length: 45 })
  ipAddress!: string;

  @Property({ type: 'string', length: USER_AGENT_MAX_LENGTH, nullable: true })
  userAgent: string | null = null;
}
