import type { Migration } from '@mikro-orm/migrations';
import { Migration20261121000000_accounts_and_sessions } from './Migration20261121000000_accounts_and_sessions';
import { Migration20261121001000_credits } from './Migration20261121001000_credits';
import { Migration20261121002000_mail_and_one_time_tokens } from './Migration20261121002000_mail_and_one_time_tokens';
import { Migration20261121003000_rate_limits } from './Migration20261121003000_rate_limits';
import { Migration20261121004000_session_lives } from './Migration20261121004000_session_lives';
import { Migration20261121005000_account_proofs } from './Migration20261121005000_account_proofs';
import { Migration20261121006000_changes_from_no_address } from './Migration20261121006000_changes_from_no_address';
import { Migration20261121010000_housekeeping } from './Migration20261121010000_housekeeping';
import { Migration20261121120000_signing_keys } from './Migration20261121120000_signing_keys';
import { Migration20261121121000_ended_sessions } from './Migration20261121121000_ended_sessions';
import { migrationNames, type MigrationName } from './names';

/** Of a migration that there is. */
interface WrittenMigration extends Migration {
  up(): Promise<void> | void;
}
type MigrationClass = new (...parts: ConstructorParameters<typeof Migration>) => WrittenMigration;

const classes: Readonly<Record<MigrationName, MigrationClass>> = {
  Migration20261121000000_accounts_and_sessions,
  Migration20261121001000_credits,
  Migration20261121002000_mail_and_one_time_tokens,
  Migration20261121003000_rate_limits,
  Migration20261121004000_session_lives,
  Migration20261121005000_account_proofs,
  Migration20261121006000_changes_from_no_address,
  Migration20261121010000_housekeeping,
  Migration20261121120000_signing_keys,
  Migration20261121121000_ended_sessions,
};

/** In the order they run; a new migration is added at the end. Listed by hand, so that a bundle or a test needs no disk. */
export const migrations = migrationNames.map((name) => ({ name, class: classes[name] }));
