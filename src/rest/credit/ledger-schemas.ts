import { isLosslessNumber, LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import type { CreditBalance, CreditService } from '../../features/credit';
import { formatMoney, type Money } from '../../foundation/money';
import { EXAMPLE_TIME, nullableText, optionalText, timestamp, userId, wholeNumber } from '../schemas';

/** A JSON number, or a numeric text; either way its text is what counts. */
const amount = z
  .unknown()
  .transform((input, context): string => {
    if (typeof input === 'string') return input;
    if (isLosslessNumber(input)) return input.toString();
    context.addIssue(input === undefined ? 'is required' : 'must be a number or a numeric string');
    return z.NEVER;
  })
  .meta({
    description: 'Above 0, at most two decimals, at most 9999999999.99; a numeric text is taken as well.',
    type: ['number', 'string'],
    example: 50,
  });

export const bookingBody = z.object({
  amount,
  reference_id: optionalText({ maxLength: 100 }),
  description: optionalText({ maxLength: 1000 }),
});

export const bookingHeaders = z.object({
  'idempotency-key': z.string().optional().meta({
    description: 'A repeated request with the same key and body gets the first answer and books nothing.',
    minLength: 1,
    maxLength: 255,
  }),
});

/** Credits, written digit by digit from their exact text. */
const money = z
  .custom<LosslessNumber>(isLosslessNumber)
  .meta({ type: 'number', description: 'At most two decimals.' });

export const balanceAnswer = z.object({
  user_id: userId,
  balance: money,
  updated_at: timestamp,
});
export const balanceExample = { user_id: 1, balance: 100.5, updated_at: EXAMPLE_TIME };

export const transactionAnswer = z.object({
  id: z.int().min(1),
  user_id: userId,
  amount: money,
  transaction_type: z.enum(['credit_added', 'credit_used']),
  reference_id: nullableText,
  description: nullableText,
  created_at: timestamp,
  new_balance: money,
});
export const addedExample = {
  id: 1,
  user_id: 1,
  amount: 50,
  transaction_type: 'credit_added',
  reference_id: 'order_123',
  description: 'Credit purchase',
  created_at: EXAMPLE_TIME,
  new_balance: 150.5,
};
export const usedExample = {
  ...addedExample,
  id: 2,
  amount: 25,
  transaction_type: 'credit_used',
  reference_id: 'purchase_456',
  description: 'Service purchase',
  new_balance: 125.5,
};

export const pageQuery = z.object({
  skip: wholeNumber.meta({ type: 'integer', minimum: 0, default: 0, description: 'Entries to pass over.' }),
  limit: wholeNumber.meta({
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
    description: 'Most entries to return.',
  }),
});

export const pageAnswer = z.object({
  transactions: z.array(transactionAnswer).meta({ description: 'Newest first.' }),
  total_count: z.int().min(0),
});

export function toBalance(balance: CreditBalance): z.infer<typeof balanceAnswer> {
  return {
    user_id: balance.userId,
    balance: toNumber(balance.balance),
    updated_at: balance.updatedAt.toISOString(),
  };
}

type Entry = Awaited<ReturnType<CreditService['add']>>;

export function toTransaction(entry: Entry): z.infer<typeof transactionAnswer> {
  return {
    id: entry.id,
    user_id: entry.userId,
    amount: toNumber(entry.amount),
    transaction_type: entry.transactionType,
    reference_id: entry.referenceId,
    description: entry.description,
    created_at: entry.createdAt.toISOString(),
    new_balance: toNumber(entry.newBalance),
  };
}

function toNumber(amountOfMoney: Money): LosslessNumber {
  return new LosslessNumber(formatMoney(amountOfMoney));
}
