import { Migration } from '@mikro-orm/migrations';

/** Key pairs that sign access tokens. */
export class Migration20261121120000_signing_keys extends Migration {
  override up(): void {
    this.addSql(`
      create table "signing_keys" (
        "kid" varchar(64) not null,
        "algorithm" varchar(10) not null,
        "public_jwk" jsonb not null,
        "sealed_private_key" bytea null,
        "follows" varchar(64) not null,
        "created_at" timestamptz not null,
        "active_at" timestamptz not null,
        "retired_at" timestamptz null,
        constraint "signing_keys_pkey" primary key ("kid"),
        constraint "signing_keys_follows_unique" unique ("follows")
      )`);
  }

  override down(): void {
    this.addSql(`drop table "signing_keys"`);
  }
}
