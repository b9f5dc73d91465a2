import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { globalId } from '../../foundation/global-ids';
import { AMOUNT_MAX, formatMoney } from '../../foundation/money';
import { cursorOf, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../foundation/pagination';
import { NodeType } from '../identity';
import { DESCRIPTION_MAX_LENGTH, IDEMPOTENCY_KEY_MAX_LENGTH, REFERENCE_ID_MAX_LENGTH } from './credit.rules';
import type { TransactionPage } from './credit.service';
import type { TransactionType } from './credit-transaction.entity';
import { DecimalScalar } from './decimal.scalar';
import type { CreditBalance, LedgerEntry } from './ledger.queries';

export enum CreditTransactionType {
  CREDIT_ADDED = 'credit_added',
  CREDIT_USED = 'credit_used',
}

registerEnumType(CreditTransactionType, {
  name: 'CreditTransactionType',
  description: 'Which way credits went.',
  valuesConfig: {
    CREDIT_ADDED: { description: 'Onto the account.' },
    CREDIT_USED: { description: 'Off the account.' },
  },
});

@InputType({ description: 'What to book.' })
export class CreditInput {
  @Field(() => DecimalScalar, {
    description: `Above 0, at most ${formatMoney(AMOUNT_MAX)}, with at most two decimals; a string or a number.`,
  })
  amount!: string;

  @Field(() => String, {
    nullable: true,
    description: `The client's own name for what is booked, an order for example; at most ${REFERENCE_ID_MAX_LENGTH} characters.`,
  })
  referenceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Words for people; at most ${DESCRIPTION_MAX_LENGTH} characters.`,
  })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Makes a retry safe: the same key with the same request gives the first answer and books nothing. 1 to ${IDEMPOTENCY_KEY_MAX_LENGTH} characters; it belongs to the account and the operation.`,
  })
  idempotencyKey?: string | null;

  @Field(() => ID, { nullable: true, description: 'Administrators only; default: the caller.' })
  userId?: string | null;
}

@ObjectType('CreditBalance', { description: 'What an account holds.' })
export class CreditBalanceType {
  @Field(() => ID, { description: 'Whose account it is.' })
  userId!: string;

  @Field(() => DecimalScalar, { description: 'Never below zero.' })
  balance!: string;

  @Field(() => Date, { description: 'When it last changed.' })
  updatedAt!: Date;
}

@ObjectType('CreditTransaction', {
  implements: NodeType,
  description: 'One entry of the ledger; it never changes.',
})
export class CreditEntryType extends NodeType {
  @Field(() => ID, { description: 'Opaque; REST shows the number behind it.' })
  override id!: string;

  @Field(() => ID, { description: 'Whose account it is.' })
  userId!: string;

  @Field(() => DecimalScalar, { description: 'Always above zero; `type` says which way it went.' })
  amount!: string;

  @Field(() => CreditTransactionType, { description: 'Which way the credits went.' })
  type!: TransactionType;

  @Field(() => String, { nullable: true, description: "The client's own name for what was booked." })
  referenceId!: string | null;

  @Field(() => String, { nullable: true, description: 'Words for people.' })
  description!: string | null;

  @Field(() => Date, { description: 'When it was booked.' })
  createdAt!: Date;

  @Field(() => DecimalScalar, { description: 'What the account held after it.' })
  newBalance!: string;
}

@ObjectType('CreditEvent', { description: 'An entry that was booked on the caller’s account.' })
export class CreditEventType {
  @Field(() => ID, { description: 'What `since` takes. Opaque.' })
  id!: string;

  @Field(() => CreditEntryType, { description: 'The entry.' })
  transaction!: CreditEntryType;
}

@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    nullable: true,
    description: `So many entries, the newest of those asked for: 1 to ${PAGE_SIZE_MAX}; ${PAGE_SIZE_DEFAULT} where \`last\` is absent too.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor: only entries after it, the older ones.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `So many entries, the oldest of those asked for: 1 to ${PAGE_SIZE_MAX}; not together with \`first\`.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor: only entries before it, the newer ones.' })
  before?: string | null;
}

@ObjectType({ description: 'A place in a list of entries, and what is there.' })
export class CreditTransactionEdge {
  @Field(() => String, { description: 'What `after` and `before` take to go on from here.' })
  cursor!: string;

  @Field(() => CreditEntryType, { description: 'The entry.' })
  node!: CreditEntryType;
}

@ObjectType({ description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after `endCursor`.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before `startCursor`.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first edge; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

/** Its `totalCount` has a resolver of its own, so that nothing is counted unless a query selects it. */
@ObjectType({ description: "One page of the caller's entries, the newest first." })
export class CreditTransactionConnection {
  @Field(() => [CreditTransactionEdge], { description: 'The entries of this page.' })
  edges!: CreditTransactionEdge[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  pageInfo!: PageInfo;
}

export function toCreditBalanceType({ userId, balance, updatedAt }: CreditBalance): CreditBalanceType {
  return {
    userId: String(userId),
    balance: formatMoney(balance),
    updatedAt,
  };
}

export function toCreditEntryType(entry: LedgerEntry): CreditEntryType {
  return {
    id: globalId('CreditTransaction', entry.id),
    userId: String(entry.userId),
    amount: formatMoney(entry.amount),
    type: entry.transactionType,
    referenceId: entry.referenceId,
    description: entry.description,
    createdAt: entry.createdAt,
    newBalance: formatMoney(entry.newBalance),
  };
}

export function toConnection(page: TransactionPage): CreditTransactionConnection {
  const edges = page.transactions.map((entry) => ({
    cursor: cursorOf(entry.id),
    node: toCreditEntryType(entry),
  }));
  const { hasNextPage, hasPreviousPage } = page;
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return {
    edges,
    pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor },
  };
}
