import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors';
import { formatMoney, moneyOf, type Money } from '../../foundation/money';
import { addCredits, useCredits } from './booking.statements';
import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';
import { isForeignKeyViolation } from '../../infrastructure/database/failures';
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

/** One entry of the ledger. */
export type LedgerEntry = Pick<
  CreditTransaction,
  | 'id'
  | 'userId'
  | 'amount'
  | 'transactionType'
  | 'referenceId'
  | 'description'
  | 'newBalance'
  | 'requestHash'
  | 'createdAt'
>;

/**
 * Changes the balance and writes the entry, together or not at all. Undefined, and nothing changed, when the balance would
 * fall below zero or the user does not exist.
 *
 * @throws UniqueConstraintViolationException when the idempotency key was used before; AppError as `Database.statement`
 */
export async function book(database: Database, booking: Booking): Promise<LedgerEntry | undefined> {
  const statement = booking.transactionType === 'credit_added' ? addCredits : useCredits;
  const rows = await database
    .statement<{ id: string; new_balance: string }>(statement, valuesOf(booking), {
      staleRowsOf: booking.userId,
    })
    .catch(noRowsWithoutUser);
  const [row] = rows;
  return row && { ...booking, id: Number(row.id), newBalance: moneyOf(row.new_balance) };
}

function valuesOf(booking: Booking): readonly unknown[] {
  return [
    booking.userId,
    formatMoney(booking.amount),
    booking.createdAt,
    booking.referenceId,
    booking.description,
    booking.idempotencyKey,
    booking.requestHash,
  ];
}

function noRowsWithoutUser(error: unknown): [] {
  if (error instanceof AppError && isForeignKeyViolation(error.cause)) return [];
  throw error;
}

/** The entry that was booked under a key; keys belong to a user and an operation. */
export async function findEntryByKey(
  em: SqlEntityManager,
  { userId, transactionType, idempotencyKey }: Booking,
): Promise<CreditTransaction | null> {
  return em.findOne(CreditTransaction, { account: { user: userId }, transactionType, idempotencyKey });
}

interface EntryRange {
  /** Exclusive. Unlike `skip` the ids cost the same however deep they lie. */
  readonly below?: number | undefined;
  readonly above?: number | undefined;
  readonly order?: 'newest first' | 'oldest first';
  readonly skip?: number;
  readonly limit: number;
}

/** Newest first unless the order says otherwise; perhaps from a replica. */
export async function findEntries(
  database: Database,
  userId: number,
  { below = Number.MAX_SAFE_INTEGER, above = 0, order = 'newest first', skip = 0, limit }: EntryRange,
): Promise<LedgerEntry[]> {
  const values = [userId, below, above, limit, skip];
  return (await database.staleRead<EntryRow>(FIND_ENTRIES[order], values, userId)).map(entryOf);
}

/** Null for somebody else's as for none. From the primary: whoever asks for an entry may have it from another node. */
export async function findEntry(database: Database, userId: number, id: number): Promise<LedgerEntry | null> {
  const values = [userId, id + 1, id - 1, 1, 0];
  const [row] = await database.statement<EntryRow>(FIND_ENTRIES['newest first'], values);
  return row ? entryOf(row) : null;
}

export const entryColumns = `id, user_id as "userId", amount, transaction_type as "transactionType",
      reference_id as "referenceId", description, new_balance as "newBalance", request_hash as "requestHash",
      created_at as "createdAt"`;

// With the id in a subselect the planner reckons with the mean user. With its value it reckons that a busy user's entries
// are everywhere, walks the primary key, and for one who has paused reads all that others have booked since.
const FIND_ENTRIES = {
  'newest first': entriesInOrder('desc'),
  'oldest first': entriesInOrder('asc'),
} as const;

function entriesInOrder(order: 'asc' | 'desc'): PreparedStatement {
  const sql = `
    select ${entryColumns}
    from credit_transactions
    where user_id = (select cast($1 as bigint)) and id < $2 and id > $3
    order by id ${order} limit $4 offset $5`;
  return { name: `credit_entries_${order}`, sql };
}

/** As the driver answers it: a page of entities would cost five times what the database takes for it. */
export interface EntryRow extends Pick<
  LedgerEntry,
  'transactionType' | 'referenceId' | 'description' | 'requestHash'
> {
  readonly id: string;
  readonly userId: string;
  readonly amount: string;
  readonly newBalance: string;
  readonly createdAt: string;
}

export function entryOf(row: EntryRow): LedgerEntry {
  return {
    ...row,
    id: Number(row.id),
    userId: Number(row.userId),
    amount: moneyOf(row.amount),
    newBalance: moneyOf(row.newBalance),
    createdAt: new Date(row.createdAt),
  };
}

const COUNT_ENTRIES: PreparedStatement = {
  name: 'credit_entries_count',
  sql: 'select count(*) as count from credit_transactions where user_id = $1',
};

/** Perhaps from a replica. */
export async function countEntries(database: Database, userId: number): Promise<number> {
  const [row] = await database.staleRead<{ count: string }>(COUNT_ENTRIES, [userId], userId);
  return Number(row?.count ?? 0);
}

export interface CreditBalance {
  readonly userId: number;
  readonly balance: Money;
  /** When it last changed; for a user who never booked, when the account was made. */
  readonly updatedAt: Date;
}

const FIND_BALANCE: PreparedStatement = {
  name: 'credit_balance',
  sql: `select a.balance, coalesce(a.updated_at, u.created_at) as "updatedAt"
    from users u left join credit_accounts a on a.user_id = u.id where u.id = $1`,
};

/** Null for a user who is gone. */
export async function findBalance(database: Database, userId: number): Promise<CreditBalance | null> {
  const [row] = await database.statement<{ balance: string | null; updatedAt: string }>(FIND_BALANCE, [
    userId,
  ]);
  return row ? { userId, balance: moneyOf(row.balance ?? '0.00'), updatedAt: new Date(row.updatedAt) } : null;
}
