import type { FastifyRequest } from 'fastify';
import { tokenVerifier } from './access-token';
import type { Baseline } from './baseline';

const BOOK = {
  name: 'book',
  text: `with account as (
    update credit_accounts set balance = balance - $2::numeric, updated_at = now()
    where user_id = $1 and balance >= $2::numeric
    returning user_id, balance
  )
  insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
  select user_id, $2::numeric, 'credit_used', balance, now() from account
  returning id, new_balance, created_at`,
};

/** B1, and a booking as one prepared statement. */
export const addBaseline: Baseline = async (server, { secret, sql }) => {
  const claimsOf = tokenVerifier(secret);
  const { run } = await sql();
  server.post('/b5', async (request: FastifyRequest<{ Body: { amount: string } }>) => {
    const [entry] = await run(BOOK, [claimsOf(request)['id'], request.body.amount]);
    return {
      id: String(entry?.['id']),
      newBalance: entry?.['new_balance'],
      createdAt: entry?.['created_at'],
    };
  });
};
