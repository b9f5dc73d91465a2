import { Entity, PrimaryKey, Property } from '@mikro-orm/core';

/** One counter of the rate limits, or the turns taken by somebody who fails to sign in. */
@Entity({ tableName: 'rate_limits' })
export class RateLimitCounter {
  @PrimaryKey({ type: 'string', length: 255 })
  key!: string;

  @Property({ type: 'integer' })
  points!: number;

  @Property({ type: 'timestamptz', index: 'rate_limits_expires_at_index' })
  expiresAt!: Date;

  /** Null for plain counters. */
  @Property({ type: 'timestamptz', nullable: true })
  nextTurnAt: Date | null = null;
}
