import type { BookingRequest, CreditService } from '../../features/credit';
import type { z } from 'zod';
import { operation, type Operation } from '../operation';
import {
  addedExample,
  balanceAnswer,
  balanceExample,
  bookingBody,
  bookingHeaders,
  pageAnswer,
  pageQuery,
  toBalance,
  toTransaction,
  transactionAnswer,
  usedExample,
} from './ledger-schemas';

export interface CreditLedgerServices {
  readonly credits: CreditService;
}

const translation = { fields: { idempotencyKey: 'Idempotency-Key' } };

/** Balance, bookings and history. */
export function ledgerOperations(services: CreditLedgerServices): Operation[] {
  return [balance(services), add(services), use(services), transactions(services)];
}

function balance({ credits }: CreditLedgerServices): Operation {
  return operation({
    method: 'GET',
    path: '/credits/balance',
    id: 'creditBalance',
    summary: 'How many credits one has',
    security: 'required',
    answer: {
      status: 200,
      description: 'The balance; 0 for somebody who never booked.',
      schema: balanceAnswer,
      example: balanceExample,
    },
    handle: async ({ viewer }) => toBalance(await credits.balance(viewer)),
  });
}

function add({ credits }: CreditLedgerServices): Operation {
  return operation({
    method: 'POST',
    path: '/credits/add',
    id: 'creditAdd',
    summary: 'Add credits',
    description: 'To the own account; with `CREDITS_ADD_POLICY=admin` for administrators only.',
    security: 'required',
    headers: bookingHeaders,
    body: bookingBody,
    bodyExample: { amount: 50, reference_id: 'order_123', description: 'Credit purchase' },
    answer: { status: 200, description: 'The entry.', schema: transactionAnswer, example: addedExample },
    errors: ['FORBIDDEN', 'IDEMPOTENCY_CONFLICT'],
    translation,
    handle: async ({ viewer, body, headers }) =>
      toTransaction(await credits.add(viewer, toRequest(body, headers))),
  });
}

function use({ credits }: CreditLedgerServices): Operation {
  return operation({
    method: 'POST',
    path: '/credits/use',
    id: 'creditUse',
    summary: 'Use credits',
    security: 'required',
    headers: bookingHeaders,
    body: bookingBody,
    bodyExample: { amount: 25, reference_id: 'purchase_456', description: 'Service purchase' },
    answer: { status: 200, description: 'The entry.', schema: transactionAnswer, example: usedExample },
    errors: ['INSUFFICIENT_CREDITS', 'IDEMPOTENCY_CONFLICT'],
    translation,
    handle: async ({ viewer, body, headers }) =>
      toTransaction(await credits.use(viewer, toRequest(body, headers))),
  });
}

function transactions({ credits }: CreditLedgerServices): Operation {
  return operation({
    method: 'GET',
    path: '/credits/transactions',
    id: 'creditTransactions',
    summary: 'What was added and used',
    security: 'required',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'One page of entries, newest first, and how many there are.',
      schema: pageAnswer,
      example: { transactions: [usedExample, addedExample], total_count: 2 },
    },
    handle: async ({ viewer, query: { skip = null, limit = null } }) => {
      const page = await credits.list(viewer, { skip, limit });
      return { transactions: page.transactions.map(toTransaction), total_count: page.totalCount };
    },
  });
}

function toRequest(
  body: z.output<typeof bookingBody>,
  headers: z.output<typeof bookingHeaders>,
): BookingRequest {
  return {
    amount: body.amount,
    referenceId: body.reference_id,
    description: body.description,
    idempotencyKey: headers['idempotency-key'],
  };
}
