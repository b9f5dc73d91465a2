import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';

/**
 * A booking as PostgreSQL does it best: one statement, so one round trip and one lock, held for no longer than the
 * statement runs. Balance and entry are written together or not at all.
 *
 * The entry's id is drawn once the account is locked, so ids rise in the order in which an account was booked.
 *
 * Values: user id, amount, time, reference, description, idempotency key, request hash. No row comes back when the balance
 * does not cover the amount; a user who never booked has no account and a balance of zero.
 */
export const addCredits = statement(
  'credit_added',
  `insert into credit_accounts (user_id, balance, updated_at)
    select user_id, amount, booked_at from booking
    on conflict (user_id) do update
      set balance = credit_accounts.balance + excluded.balance, updated_at = excluded.updated_at
    returning credit_accounts.user_id, credit_accounts.balance`,
);

export const useCredits = statement(
  'credit_used',
  `update credit_accounts
    set balance = credit_accounts.balance - booking.amount, updated_at = booking.booked_at
    from booking
    where credit_accounts.user_id = booking.user_id and credit_accounts.balance >= booking.amount
    returning credit_accounts.user_id, credit_accounts.balance`,
);

function statement(
  transactionType: 'credit_added' | 'credit_used',
  changeBalance: string,
): PreparedStatement {
  const sql = `
  with booking (user_id, amount, booked_at) as (
    values (cast($1 as bigint), cast($2 as numeric), cast($3 as timestamptz))
  ), account (user_id, balance) as (
    ${changeBalance}
  )
  insert into credit_transactions (user_id, transaction_type, amount, created_at, reference_id, description,
    idempotency_key, request_hash, new_balance)
  select account.user_id, '${transactionType}', booking.amount, booking.booked_at, $4, $5, $6, $7, account.balance
  from account join booking on booking.user_id = account.user_id
  returning id, new_balance`;
  return { name: transactionType, sql };
}
