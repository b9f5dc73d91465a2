import { Migration } from '@mikro-orm/migrations';

/** Proofs bound to the address they were mailed to, and changes of email that can be taken back. */
export class Migration20261121005000_account_proofs extends Migration {
  override up(): void {
    this.addSql(`alter table "users" add column "proofs_ended_at" timestamptz null`);
    this.addSql(`alter table "users" add column "registered_from" varchar(45) null`);

    this.addSql(`alter table "one_time_tokens" add column "mailed_to" varchar(255) null`);
    this.addSql(`alter table "one_time_tokens" add column "nonce" bytea null`);
    this.addSql(`
      update "one_time_tokens" t
      set "mailed_to" = case when t."purpose" = 'change_email' then u."pending_email" else u."email" end
      from "users" u where u."id" = t."user_id"`);
    this.#allowPurposes('verify_email', 'verify_email_link', 'reset_password', 'change_email');

    this.addSql(`
      create table "email_undos" (
        "id" uuid primary key,
        "user_id" bigint not null,
        "old_email" varchar(255) not null,
        "new_email" varchar(255) not null,
        "was_verified" boolean not null,
        "secret_hash" bytea not null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        constraint "email_undos_user_id_foreign" foreign key ("user_id") references "users" ("id")
          on update cascade on delete cascade
      )`);
    this.addSql(`create index "email_undos_user_id_index" on "email_undos" ("user_id")`);
    this.addSql(`create index "email_undos_secret_hash_index" on "email_undos" ("secret_hash")`);
    this.addSql(`create index "email_undos_old_email_index" on "email_undos" (lower("old_email"))`);
    // What housekeeping looks for: accounts that were asked to verify and did not.
    this.addSql(
      `create index "users_awaiting_verification_index" on "users" ("created_at") where "awaits_verification"`,
    );
  }

  override down(): void {
    this.addSql(`drop index "users_awaiting_verification_index"`);
    this.addSql(`drop table "email_undos"`);
    this.addSql(`delete from "one_time_tokens" where "purpose" = 'verify_email_link'`);
    this.#allowPurposes('verify_email', 'reset_password', 'change_email');
    this.addSql(`alter table "one_time_tokens" drop column "nonce"`);
    this.addSql(`alter table "one_time_tokens" drop column "mailed_to"`);
    this.addSql(`alter table "users" drop column "registered_from"`);
    this.addSql(`alter table "users" drop column "proofs_ended_at"`);
  }

  #allowPurposes(...purposes: readonly string[]): void {
    const list = purposes.map((purpose) => `'${purpose}'`).join(', ');
    this.addSql(`alter table "one_time_tokens" drop constraint "one_time_tokens_purpose_check"`);
    this.addSql(
      `alter table "one_time_tokens" add constraint "one_time_tokens_purpose_check" check ("purpose" in (${list}))`,
    );
  }
}
