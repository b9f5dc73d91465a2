import { BlobType, Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { User } from './user.entity';

/** A change of email that the owner of the old address can take back; it holds that address free until it expires. */
@Entity({ tableName: 'email_undos' })
@Index({
  name: 'email_undos_old_email_index',
  expression: 'create index "email_undos_old_email_index" on "email_undos" (lower("old_email"))',
})
export class EmailUndo {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => User, {
    deleteRule: 'cascade',
    updateRule: 'cascade',
    index: 'email_undos_user_id_index',
  })
  user!: User;

  /** Null where the account had none: nobody can take that back but who disowns the new one. */
  @Property({ type: 'string', length: 255, nullable: true })
  oldEmail: string | null = null;

  @Property({ type: 'string', length: 255 })
  newEmail!: string;

  /** Whether the old address was verified when it was given up. */
  @Property({ type: 'boolean' })
  wasVerified!: boolean;

  /** Keyed hash of the token in the mail to the old address. */
  @Property({ type: BlobType, index: 'email_undos_secret_hash_index' })
  secretHash!: Buffer;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', index: 'email_undos_expires_at_index' })
  expiresAt!: Date;
}
