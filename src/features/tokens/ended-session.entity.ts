import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/core';

/**
 * A session that was ended before its time; the database writes it down itself, by triggers.
 */
@Entity({ tableName: 'ended_sessions' })
@Index({
  name: 'ended_sessions_waiting_index',
  expression: `create index "ended_sessions_waiting_index" on "ended_sessions" ("ended_at") where "position" is null`,
})
export class EndedSession {
  @PrimaryKey({ type: 'uuid' })
  sessionId!: string;

  @Property({ type: 'timestamptz', index: 'ended_sessions_ended_at_index' })
  endedAt!: Date;

  /** Its place in the feed; null until somebody who reads the feed gives it one. */
  @Property({ type: 'bigint', nullable: true, unique: 'ended_sessions_position_unique' })
  position: string | null = null;
}

/** One row: the last place that was given. */
@Entity({ tableName: 'ended_sessions_feed' })
export class EndedSessionsFeed {
  @PrimaryKey({ type: 'integer', autoincrement: false })
  id!: number;

  @Property({ type: 'bigint' })
  lastPosition!: string;
}
