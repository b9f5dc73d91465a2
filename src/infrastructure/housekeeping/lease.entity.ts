import { Entity, PrimaryKey, Property } from '@mikro-orm/core';

/** Work that one process at a time does for all, and who does it now. */
@Entity({ tableName: 'leases' })
export class LeaseRow {
  @PrimaryKey({ type: 'string', length: 50 })
  name!: string;

  /** Random, of a process. */
  @Property({ type: 'uuid' })
  holder!: string;

  /** By the database's clock: those of the nodes may differ. */
  @Property({ type: 'timestamptz' })
  expiresAt!: Date;
}
