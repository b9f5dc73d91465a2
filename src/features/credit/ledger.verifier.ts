import { formatMoney, moneyOf } from '../../foundation/money';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';

/** Accounts per statement: what the verifier holds in memory, however large the ledger is. */
export const VERIFY_BATCH_SIZE = 500;

/** An account whose balance its entries do not explain. Amounts are decimal text. */
export interface LedgerDifference {
  readonly userId: number;
  readonly balance: string;
  readonly entriesTotal: string;
  readonly entries: number;
  /** Entries whose `new_balance` is not the sum of the account's entries up to them. */
  readonly wrongNewBalances: number;
}

export interface LedgerSummary {
  readonly accounts: number;
  readonly entries: number;
  readonly differences: number;
}

/**
 * Recomputes every balance from its entries. A batch is one statement and so sees one moment: bookings may go on
 * meanwhile. For the same reason a replica may be asked, and another one for the next batch: what it replays it shows by
 * whole transactions, so that it can be late, but never be between a balance and its entry.
 */
export async function verifyLedger(
  database: Database,
  onDifference: (difference: LedgerDifference) => void,
  batchSize: number = VERIFY_BATCH_SIZE,
): Promise<LedgerSummary> {
  let accounts = 0;
  let entries = 0;
  let differences = 0;
  let lastUserId = 0;
  for (;;) {
    const batch = await recompute(database, lastUserId, batchSize);
    for (const account of batch) {
      accounts += 1;
      entries += account.entries;
      if (account.balance === account.entriesTotal && account.wrongNewBalances === 0) continue;
      differences += 1;
      onDifference(account);
    }
    const last = batch.at(-1);
    if (!last) return { accounts, entries, differences };
    lastUserId = last.userId;
  }
}

async function recompute(
  database: Database,
  afterUserId: number,
  batchSize: number,
): Promise<LedgerDifference[]> {
  const rows = await database.staleRead<RecomputedRow>(RECOMPUTE, [afterUserId, batchSize]);
  return rows.map((row) => ({
    userId: Number(row.user_id),
    balance: formatMoney(moneyOf(row.balance)),
    entriesTotal: formatMoney(moneyOf(row.total)),
    entries: Number(row.entries),
    wrongNewBalances: Number(row.wrong),
  }));
}

type RecomputedRow = Record<'user_id' | 'balance' | 'total' | 'entries' | 'wrong', string>;

const RECOMPUTE: PreparedStatement = {
  name: 'credit_recompute',
  sql: `
  select user_id, balance, coalesce(sum(change), 0) as total, count(id) as entries,
    coalesce(sum(case when new_balance <> running then 1 else 0 end), 0) as wrong
  from (
    select a.user_id, a.balance, t.id, t.new_balance, t.change,
      sum(t.change) over (partition by a.user_id order by t.id) as running
    from (
      select user_id, balance from credit_accounts where user_id > $1 order by user_id limit $2
    ) a
    left join (
      select id, user_id, new_balance,
        case when transaction_type = 'credit_added' then amount else -amount end as change
      from credit_transactions
    ) t on t.user_id = a.user_id
  ) entries
  group by user_id, balance
  order by user_id`,
};
