import { Migration } from '@mikro-orm/migrations';

/** What opened a session. Nobody knows it of the sessions that there are, so theirs stays null. */
export class Migration20261121004000_session_lives extends Migration {
  override up(): void {
    this.addSql(`alter table "sessions" add column "opened_by" varchar(20) null`);
  }

  override down(): void {
    this.addSql(`alter table "sessions" drop column "opened_by"`);
  }
}
