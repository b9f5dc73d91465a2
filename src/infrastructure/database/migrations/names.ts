/** In the order they run. Apart from the migrations themselves, which a database that is up to date never needs. */
export const migrationNames = [
  'Migration20261121000000_accounts_and_sessions',
  'Migration20261121001000_credits',
  'Migration20261121002000_mail_and_one_time_tokens',
  'Migration20261121003000_rate_limits',
  'Migration20261121004000_session_lives',
  'Migration20261121005000_account_proofs',
  'Migration20261121006000_changes_from_no_address',
  'Migration20261121010000_housekeeping',
  'Migration20261121120000_signing_keys',
  'Migration20261121121000_ended_sessions',
] as const;

export type MigrationName = (typeof migrationNames)[number];
