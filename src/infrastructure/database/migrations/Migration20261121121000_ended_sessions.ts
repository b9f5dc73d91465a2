import { Migration } from '@mikro-orm/migrations';

/**
 * Which sessions were ended before their time, for those who verify tokens without asking. Triggers write it down, so that no
 * way of ending a session can forget to: not a deletion that takes sessions along, and not an operator's own SQL.
 */
export class Migration20261121121000_ended_sessions extends Migration {
  override up(): void {
    this.addSql(`
      create table "ended_sessions" (
        "session_id" uuid not null,
        "ended_at" timestamptz not null,
        "position" bigint null,
        constraint "ended_sessions_pkey" primary key ("session_id"),
        constraint "ended_sessions_position_unique" unique ("position")
      )`);
    this.addSql(`create index "ended_sessions_ended_at_index" on "ended_sessions" ("ended_at")`);
    this.addSql(
      `create index "ended_sessions_waiting_index" on "ended_sessions" ("ended_at") where "position" is null`,
    );
    // Whoever gives positions holds its only row, so that they are given one after another.
    this.addSql(`create table "ended_sessions_feed" ("id" int primary key, "last_position" bigint not null)`);
    this.addSql(`insert into "ended_sessions_feed" ("id", "last_position") values (1, 0)`);
    this.addSql(`
      create function "note_ended_session"() returns trigger language plpgsql as $$
      begin
        insert into "ended_sessions" ("session_id", "ended_at")
        values (old."id", case tg_op when 'DELETE' then least(now(), old."expires_at") else new."revoked_at" end)
        on conflict do nothing;
        return null;
      end $$`);
    this.addSql(`
      create function "note_sessions_of_disabled"() returns trigger language plpgsql as $$
      begin
        insert into "ended_sessions" ("session_id", "ended_at")
        select "id", least(now(), "expires_at") from "sessions" where "user_id" = new."id" and "revoked_at" is null
        on conflict do nothing;
        return null;
      end $$`);
    this.addSql(`
      create trigger "sessions_revoked" after update of "revoked_at" on "sessions" for each row
      when (old."revoked_at" is null and new."revoked_at" is not null) execute function "note_ended_session"()`);
    this.addSql(`
      create trigger "sessions_deleted" after delete on "sessions" for each row
      when (old."revoked_at" is null) execute function "note_ended_session"()`);
    this.addSql(`
      create trigger "users_disabled" after update of "is_active" on "users" for each row
      when (old."is_active" and not new."is_active") execute function "note_sessions_of_disabled"()`);
  }

  override down(): void {
    this.addSql(`drop trigger "users_disabled" on "users"`);
    this.addSql(`drop trigger "sessions_deleted" on "sessions"`);
    this.addSql(`drop trigger "sessions_revoked" on "sessions"`);
    this.addSql(`drop function "note_sessions_of_disabled"()`);
    this.addSql(`drop function "note_ended_session"()`);
    this.addSql(`drop table "ended_sessions_feed"`);
    this.addSql(`drop table "ended_sessions"`);
  }
}
