import {
  BigIntType,
  BlobType,
  Check,
  Entity,
  Enum,
  Index,
  ManyToOne,
  PrimaryKey,
  Property,
} from '@mikro-orm/core';
import type { Money } from '../../foundation/money';
import { CreditAccount } from './credit-account.entity';
import { MoneyColumn } from './money-column';

export const transactionTypes = ['credit_added', 'credit_used'] as const;
export type TransactionType = (typeof transactionTypes)[number];

/** One booking. Entries are only ever added: a trigger refuses to change or delete one while its user exists. */
@Entity({ tableName: 'credit_transactions' })
@Index({
  name: 'credit_transactions_history_index',
  expression:
    'create index "credit_transactions_history_index" on "credit_transactions" ("user_id", "id" desc)',
})
@Index({
  name: 'credit_transactions_idempotency_key_unique',
  expression:
    'create unique index "credit_transactions_idempotency_key_unique" on "credit_transactions" ("user_id", "transaction_type", "idempotency_key") where "idempotency_key" is not null',
})
@Check({ name: 'credit_transactions_amount_check', expression: 'amount > 0' })
@Check({ name: 'credit_transactions_new_balance_check', expression: 'new_balance >= 0' })
export class CreditTransaction {
  /** Rises with each booking of an account, because it is drawn under the account's lock. */
  @PrimaryKey({ type: new BigIntType('number'), generated: 'by default as identity' })
  id!: number;

  @ManyToOne(() => CreditAccount, { fieldName: 'user_id', deleteRule: 'cascade', updateRule: 'cascade' })
  account!: CreditAccount;

  @Property({ type: MoneyColumn })
  amount!: Money;

  @Enum({ items: () => transactionTypes, columnType: 'varchar(20)' })
  transactionType!: TransactionType;

  /** The client's own name for what was booked. */
  @Property({ type: 'string', length: 100, nullable: true })
  referenceId: string | null = null;

  @Property({ type: 'string', length: 1000, nullable: true })
  description: string | null = null;

  /** The account's balance after this booking. */
  @Property({ type: MoneyColumn })
  newBalance!: Money;

  @Property({ type: 'string', length: 255, nullable: true })
  idempotencyKey: string | null = null;

  /** SHA-256 of what was asked under the key, to tell a retry from another request. */
  @Property({ type: BlobType, nullable: true })
  requestHash: Buffer | null = null;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  get userId(): number {
    return this.account.user.id;
  }
}
