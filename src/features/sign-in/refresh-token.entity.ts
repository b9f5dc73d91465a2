import { BlobType, Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { Session } from './session.entity';

/** One link in a session's chain of refresh tokens. The token itself is never stored. */
@Entity({ tableName: 'refresh_tokens' })
export class RefreshToken {
  /** SHA-256. */
  @PrimaryKey({ type: BlobType })
  tokenHash!: Buffer;

  @ManyToOne(() => Session, { deleteRule: 'cascade', index: 'refresh_tokens_session_id_index' })
  session!: Session;

  @Property({ type: 'timestamptz', index: 'refresh_tokens_issued_at_index' })
  issuedAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  spentAt: Date | null = null;

  /** The hash of the token that this one was exchanged for. */
  @Property({ type: BlobType, nullable: true })
  replacedBy: Buffer | null = null;
}
