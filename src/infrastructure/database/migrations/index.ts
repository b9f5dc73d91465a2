import { Migration20261121000000_accounts_and_sessions } from './Migration20261121000000_accounts_and_sessions';
import { Migration20261121001000_credits } from './Migration20261121001000_credits';
import { Migration20261121002000_mail_and_one_time_tokens } from './Migration20261121002000_mail_and_one_time_tokens';
import { Migration20261121003000_rate_limits } from './Migration20261121003000_rate_limits';
import { Migration20261121004000_session_lives } from './Migration20261121004000_session_lives';
import { Migration20261121005000_account_proofs } from './Migration20261121005000_account_proofs';
import { Migration20261121006000_changes_from_no_address } from './Migration20261121006000_changes_from_no_address';

/** In the order they run; a new migration is added at the end. Listed by hand, so that a bundle or a test needs no disk. */
export const migrations = [
  {
    name: 'Migration20261121000000_accounts_and_sessions',
    class: Migration20261121000000_accounts_and_sessions,
  },
  { name: 'Migration20261121001000_credits', class: Migration20261121001000_credits },
  {
    name: 'Migration20261121002000_mail_and_one_time_tokens',
    class: Migration20261121002000_mail_and_one_time_tokens,
  },
  { name: 'Migration20261121003000_rate_limits', class: Migration20261121003000_rate_limits },
  { name: 'Migration20261121004000_session_lives', class: Migration20261121004000_session_lives },
  { name: 'Migration20261121005000_account_proofs', class: Migration20261121005000_account_proofs },
  {
    name: 'Migration20261121006000_changes_from_no_address',
    class: Migration20261121006000_changes_from_no_address,
  },
];
