import { Migration } from '@mikro-orm/migrations';

/** A change of email is also remembered where the account had none before, so that disowning the new one need not delete it. */
export class Migration20261121006000_changes_from_no_address extends Migration {
  override up(): void {
    this.addSql(`alter table "email_undos" alter column "old_email" drop not null`);
  }

  override down(): void {
    this.addSql(`delete from "email_undos" where "old_email" is null`);
    this.addSql(`alter table "email_undos" alter column "old_email" set not null`);
  }
}
