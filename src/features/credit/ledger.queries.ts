import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { formatMoney, moneyOf, type Money } from '../../foundation/money';
import { CreditTransaction, type TransactionType } from './credit-transaction.entity';

/** A booking whose every value is checked. */
export interface Booking {
  readonly userId: number;
  readonly transactionType: TransactionType;
  readonly amount: Money;
  readonly referenceId: string | null;
  readonly description: string | null;
  readonly idempotencyKey: string | null;
  /** Null without a key. */
  readonly requestHash: Buffer | null;
  readonly createdAt: Date;
}

/**
 * Changes the balance, which locks the account until the transaction ends, and returns the new one. Undefined when it
 * would fall below zero, and then nothing is changed; a user who never booked has no account and a balance of zero.
 */
export async function changeBalance(em: SqlEntityManager, booking: Booking): Promise<Money | undefined> {
  const { userId, createdAt } = booking;
  const amount = formatMoney(booking.amount);
  const rows: { balance: string }[] =
    booking.transactionType === 'credit_added'
      ? await em.execute(ADD, [userId, amount, createdAt])
      : await em.execute(USE, [amount, createdAt, userId, amount]);
  return rows[0] && moneyOf(rows[0].balance);
}

const ADD = `
  insert into credit_accounts (user_id, balance, updated_at) values (?, ?, ?)
  on conflict (user_id) do update
    set balance = credit_accounts.balance + excluded.balance, updated_at = excluded.updated_at
  returning balance`;

const USE = `
  update credit_accounts set balance = balance - ?, updated_at = ? where user_id = ? and balance >= ?
  returning balance`;

/** Writes the entry of a booking whose account is locked. */
export async function insertEntry(
  em: SqlEntityManager,
  booking: Booking,
  newBalance: Money,
): Promise<CreditTransaction> {
  const columns = {
    user_id: booking.userId,
    amount: formatMoney(booking.amount),
    transaction_type: booking.transactionType,
    reference_id: booking.referenceId,
    description: booking.description,
    new_balance: formatMoney(newBalance),
    idempotency_key: booking.idempotencyKey,
    request_hash: booking.requestHash,
    created_at: booking.createdAt,
  };
  const rows: object[] = await em.execute(INSERT_ENTRY, Object.values(columns));
  return em.map(CreditTransaction, { ...columns, ...rows[0] } as object);
}

const INSERT_ENTRY = `
  insert into credit_transactions (user_id, amount, transaction_type, reference_id, description, new_balance,
    idempotency_key, request_hash, created_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?)
  returning id`;

/** The entry that was booked under a key; keys belong to a user and an operation. */
export async function findEntryByKey(
  em: SqlEntityManager,
  { userId, transactionType, idempotencyKey }: Booking,
): Promise<CreditTransaction | null> {
  return em.findOne(CreditTransaction, { account: { user: userId }, transactionType, idempotencyKey });
}

/** Newest first. `before` is the id of the last entry seen; unlike `skip` it costs the same however deep it is. */
export async function findEntries(
  em: SqlEntityManager,
  userId: number,
  page: { readonly before?: number | undefined; readonly skip?: number; readonly limit: number },
): Promise<CreditTransaction[]> {
  const { before, skip = 0, limit } = page;
  return em.find(
    CreditTransaction,
    { account: { user: userId }, ...(before !== undefined && { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit, offset: skip },
  );
}

export async function countEntries(em: SqlEntityManager, userId: number): Promise<number> {
  return em.count(CreditTransaction, { account: { user: userId } });
}

export interface CreditBalance {
  readonly userId: number;
  readonly balance: Money;
  /** When it last changed; for a user who never booked, when the account was made. */
  readonly updatedAt: Date;
}

/** Null for a user who is gone. */
export async function findBalance(em: SqlEntityManager, userId: number): Promise<CreditBalance | null> {
  const rows: { balance: string | null; updated_at: string }[] = await em.execute(
    `select a.balance, coalesce(a.updated_at, u.created_at) as updated_at
     from users u left join credit_accounts a on a.user_id = u.id where u.id = ?`,
    [userId],
  );
  const row = rows[0];
  return row
    ? { userId, balance: moneyOf(row.balance ?? '0.00'), updatedAt: new Date(row.updated_at) }
    : null;
}
