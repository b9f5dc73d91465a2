import {
  BigIntType,
  BlobType,
  Entity,
  Enum,
  ManyToOne,
  Opt,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/core';
import { User } from './user.entity';

export const tokenPurposes = ['verify_email', 'verify_email_link', 'reset_password', 'change_email'] as const;

/** What a code or a link may be used for; one secret never serves for two. */
export type TokenPurpose = (typeof tokenPurposes)[number];

/** One row a user and purpose: a new secret replaces the old one, so that one at most is live. */
@Entity({ tableName: 'one_time_tokens' })
@Unique({ name: 'one_time_tokens_user_id_purpose_unique', properties: ['user', 'purpose'] })
export class OneTimeToken {
  @PrimaryKey({ type: new BigIntType('number'), generated: 'by default as identity' })
  id!: number;

  @ManyToOne(() => User, { fieldName: 'user_id', deleteRule: 'cascade', index: false })
  user!: User;

  @Enum({ items: () => tokenPurposes, columnType: 'varchar(20)' })
  purpose!: TokenPurpose;

  /** Keyed hash of the secret; the secret itself is in the mail and nowhere else. */
  @Property({ type: BlobType, index: 'one_time_tokens_secret_hash_index' })
  secretHash!: Buffer;

  /** The address it was mailed to: it proves that mailbox. Null in rows of earlier versions, which prove nothing. */
  @Property({ type: 'string', length: 255, nullable: true })
  mailedTo: string | null = null;

  /** What a link's token is derived from, with a key that the database does not have; codes have none. */
  @Property({ type: BlobType, nullable: true })
  nonce: Buffer | null = null;

  /** Wrong tries. */
  @Property({ type: 'integer', default: 0 })
  attempts: Opt<number> = 0;

  @Property({ type: 'timestamptz', index: 'one_time_tokens_expires_at_index' })
  expiresAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  usedAt: Date | null = null;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;
}
