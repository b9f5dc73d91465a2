import { Migration } from '@mikro-orm/migrations';

/** Who cleans up for all nodes, and indexes by which it finds what has grown old. */
export class Migration20261121010000_housekeeping extends Migration {
  override up(): void {
    this.addSql(`
      create table "leases" (
        "name" varchar(50) primary key,
        "holder" uuid not null,
        "expires_at" timestamptz not null
      )`);
    this.addSql(`create index "sessions_expires_at_index" on "sessions" ("expires_at")`);
    this.addSql(`create index "refresh_tokens_issued_at_index" on "refresh_tokens" ("issued_at")`);
    this.addSql(`create index "one_time_tokens_expires_at_index" on "one_time_tokens" ("expires_at")`);
    this.addSql(`create index "email_undos_expires_at_index" on "email_undos" ("expires_at")`);
    this.addSql(
      `create index "mail_outbox_sent_at_index" on "mail_outbox" ("sent_at") where "sent_at" is not null`,
    );
    this.addSql(
      `create index "mail_outbox_failed_at_index" on "mail_outbox" ("failed_at") where "failed_at" is not null`,
    );
  }

  override down(): void {
    this.addSql(`drop index "mail_outbox_failed_at_index"`);
    this.addSql(`drop index "mail_outbox_sent_at_index"`);
    this.addSql(`drop index "email_undos_expires_at_index"`);
    this.addSql(`drop index "one_time_tokens_expires_at_index"`);
    this.addSql(`drop index "refresh_tokens_issued_at_index"`);
    this.addSql(`drop index "sessions_expires_at_index"`);
    this.addSql(`drop table "leases"`);
  }
}
