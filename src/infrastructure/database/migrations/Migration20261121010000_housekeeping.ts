import { IndexesInUse } from './indexes-in-use';

/** Who cleans up for all nodes, and indexes by which it finds what has grown old. */
export class Migration20261121010000_housekeeping extends IndexesInUse {
  override up(): void {
    this.addSql(`
      create table if not exists "leases" (
        "name" varchar(50) primary key,
        "holder" uuid not null,
        "expires_at" timestamptz not null
      )`);
    this.addIndex('sessions_expires_at_index', '"sessions" ("expires_at")');
    this.addIndex('refresh_tokens_issued_at_index', '"refresh_tokens" ("issued_at")');
    this.addIndex('one_time_tokens_expires_at_index', '"one_time_tokens" ("expires_at")');
    this.addIndex('email_undos_expires_at_index', '"email_undos" ("expires_at")');
    this.addIndex('mail_outbox_sent_at_index', '"mail_outbox" ("sent_at") where "sent_at" is not null');
    this.addIndex('mail_outbox_failed_at_index', '"mail_outbox" ("failed_at") where "failed_at" is not null');
  }

  override down(): void {
    this.dropIndex('mail_outbox_failed_at_index');
    this.dropIndex('mail_outbox_sent_at_index');
    this.dropIndex('email_undos_expires_at_index');
    this.dropIndex('one_time_tokens_expires_at_index');
    this.dropIndex('refresh_tokens_issued_at_index');
    this.dropIndex('sessions_expires_at_index');
    this.addSql(`drop table if exists "leases"`);
  }
}
