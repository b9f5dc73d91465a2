import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();

let count = 0;

async function givenToken(): Promise<string> {
  count += 1;
  const json = { username: `payer${count}`, email: `payer${count}@example.com`, password: 'securepassword' };
  const { body } = await rest(app, 'POST /auth/register', { json });
  return body.access_token as string;
}

const add = (token: string, json: object, headers = {}) =>
  rest(app, 'POST /credits/add', { token, json, headers });
const use = (token: string, json: object, headers = {}) =>
  rest(app, 'POST /credits/use', { token, json, headers });
const balance = (token: string) => rest(app, 'GET /credits/balance', { token });

describe('credits', () => {
  it('should book and tell what the document shows', async () => {
    const token = await givenToken();
    const empty = await balance(token);
    expect([empty.status, empty.body]).toEqual([
      200,
      { user_id: expect.any(Number) as number, balance: 0, updated_at: expect.any(String) as string },
    ]);
    await add(token, { amount: '100.50' });
    const added = await add(token, {
      amount: 50.0,
      reference_id: 'order_123',
      description: 'Credit purchase',
    });
    expect([added.status, added.body]).toEqual([
      200,
      {
        id: expect.any(Number) as number,
        user_id: empty.body.user_id as number,
        amount: 50,
        transaction_type: 'credit_added',
        reference_id: 'order_123',
        description: 'Credit purchase',
        created_at: app.clock.now().toISOString(),
        new_balance: 150.5,
      },
    ]);
    const used = await use(token, {
      amount: 25.0,
      reference_id: 'purchase_456',
      description: 'Service purchase',
    });
    expect(used.body).toMatchObject({ amount: 25, transaction_type: 'credit_used', new_balance: 125.5 });
    const { body } = await rest(app, 'GET /credits/transactions?skip=0&limit=2', { token });
    expect(body).toEqual({ transactions: [used.body, added.body], total_count: 3 });
    expect((await balance(token)).body.balance).toBe(125.5);
  });

  it('should write numbers digit by digit, beyond what a double holds', async () => {
    const token = await givenToken();
    let last: RestAnswer | undefined;
    // Eleven of the largest bookings: the cents of the sum need all sixteen digits.
    for (let i = 0; i < 11; i += 1) last = await add(token, { amount: 9999999999.99 });
    expect(last?.text).toContain('"new_balance":109999999999.89');
    expect((await balance(token)).text).toContain('"balance":109999999999.89');
    expect((await add(token, { amount: 0.1 })).text).toContain('"amount":0.10,');
  });

  it.each([
    ['0', 'amount'],
    ['-1', 'amount'],
    ['1.005', 'amount'],
    ['0.001', 'amount'],
    ['10000000000', 'amount'],
    ['10.000000000000000001', 'amount'],
    ['1e309', 'amount'],
    ['"abc"', 'amount'],
    ['"NaN"', 'amount'],
    ['"Infinity"', 'amount'],
    ['null', 'amount'],
    ['true', 'amount'],
    ['[1]', 'amount'],
    ['{"value":1}', 'amount'],
  ])('should answer 422 to the amount %s, on add and on use', async (text, field) => {
    const token = await givenToken();
    const headers = { 'content-type': 'application/json' };
    for (const operation of ['add', 'use']) {
      const answer = await rest(app, `POST /credits/${operation}`, {
        token,
        headers,
        raw: `{"amount":${text}}`,
      });
      expect([answer.status, answer.body.code, answer.body.details[0].field]).toEqual([
        422,
        'INVALID_INPUT',
        field,
      ]);
    }
    expect((await balance(token)).body.balance).toBe(0);
  });

  it.each([
    [{}, 'amount'],
    [{ amount: 1, reference_id: 'x'.repeat(101) }, 'reference_id'],
    [{ amount: 1, description: 'x'.repeat(1001) }, 'description'],
    [{ amount: 1, reference_id: 7 }, 'reference_id'],
  ])('should answer 422 to %j', async (json, field) => {
    const { status, body } = await add(await givenToken(), json);
    expect([status, body.details[0].field]).toEqual([422, field]);
  });

  it('should answer 400 to a body with two amounts', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await rest(app, 'POST /credits/add', {
      token: await givenToken(),
      headers,
      raw: '{"amount":1,"amount":2}',
    });
    expect(refusal(answer)).toEqual([400, 'BAD_REQUEST']);
  });

  it('should answer 400 with a message that starts with "Insufficient credits"', async () => {
    const token = await givenToken();
    await add(token, { amount: 10 });
    const answer = await use(token, { amount: 10.01 });
    expect(refusal(answer)).toEqual([400, 'INSUFFICIENT_CREDITS']);
    expect(answer.body.detail).toMatch(/^Insufficient credits/);
  });

  it('should ignore what a body may not say: whose account, which balance', async () => {
    const [token, other] = [await givenToken(), await givenToken()];
    const { user_id: otherId } = (await balance(other)).body as { user_id: number };
    const { body } = await add(token, { amount: 1, user_id: otherId, userId: otherId, new_balance: 1000 });
    expect([body.user_id === otherId, body.new_balance]).toEqual([false, 1]);
  });

  it('should answer 401 without a token', async () => {
    for (const request of [
      'GET /credits/balance',
      'POST /credits/add',
      'POST /credits/use',
      'GET /credits/transactions',
    ]) {
      expect(refusal(await rest(app, request))).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it.each(['skip=-1', 'limit=0', 'limit=201', 'skip=abc', 'limit=1.5', 'limit='])(
    'should answer 422 to %s',
    async (query) => {
      const answer = await rest(app, `GET /credits/transactions?${query}`, { token: await givenToken() });
      expect([answer.status, answer.body.details[0].field]).toEqual([422, query.split('=')[0]]);
    },
  );
});

describe('Idempotency-Key', () => {
  it('should give the first answer again and book nothing', async () => {
    const token = await givenToken();
    const key = { 'idempotency-key': 'order-1' };
    const first = await add(token, { amount: 5 }, key);
    const again = await add(token, { amount: '5.00' }, key);
    expect(again.body).toEqual(first.body);
    expect((await balance(token)).body.balance).toBe(5);
  });

  it('should answer 409 to another body, and keep keys of add and use apart', async () => {
    const token = await givenToken();
    const key = { 'idempotency-key': 'order-1' };
    await add(token, { amount: 5 }, key);
    expect(refusal(await add(token, { amount: 6 }, key))).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect((await use(token, { amount: 5 }, key)).status).toBe(200);
  });

  it('should answer 422 to a key of 256 characters', async () => {
    const { status, body } = await add(
      await givenToken(),
      { amount: 5 },
      { 'idempotency-key': 'x'.repeat(256) },
    );
    expect([status, body.details[0].field]).toEqual([422, 'Idempotency-Key']);
  });
});
