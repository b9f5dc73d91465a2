import { Migration } from '@mikro-orm/migrations';

/** The counters of the rate limits. Unlogged: a crash may forget them, and no try waits for the disk. */
export class Migration20261121003000_rate_limits extends Migration {
  override up(): void {
    this.addSql(`
      create unlogged table "rate_limits" (
        "key" varchar(255) primary key,
        "points" int not null,
        "expires_at" timestamptz not null,
        "next_turn_at" timestamptz null
      )`);
    this.addSql(`create index "rate_limits_expires_at_index" on "rate_limits" ("expires_at")`);
  }

  override down(): void {
    this.addSql(`drop table "rate_limits"`);
  }
}
