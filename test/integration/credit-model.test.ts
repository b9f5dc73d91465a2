import * as fc from 'fast-check';
import { formatMoney } from '../../src/foundation/money';
import { verifyLedger } from '../../src/features/credit';
import { balanceOf, book, history, type Booked, type Operation } from '../support/credits';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

interface Step {
  readonly operation: Operation;
  /** Hundredths. */
  readonly amount: bigint;
  /** Few keys, so that retries and conflicts are frequent; null is none. */
  readonly key: string | null;
  /** How many clients send it at the same moment. */
  readonly copies: number;
}

const steps = fc.array(
  fc.record<Step>({
    operation: fc.constantFrom('addCredits', 'useCredits'),
    amount: fc.oneof(fc.bigInt(1n, 300n), fc.bigInt(1n, 999_999_999_999n)),
    key: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 2 }),
    copies: fc.constantFrom(1, 1, 2, 3),
  }),
  { minLength: 1, maxLength: 12 },
);

/** What the ledger promises, in a few lines: the outcome of one request and all that came before it. */
class Model {
  balance = 0n;
  readonly entries: string[] = [];
  readonly #byKey = new Map<string, { amount: bigint; outcome: string }>();

  request({ operation, amount, key }: Step): string {
    const known = key === null ? undefined : this.#byKey.get(`${operation} ${key}`);
    if (known) return known.amount === amount ? known.outcome : 'IDEMPOTENCY_CONFLICT';
    const balance = this.balance + (operation === 'addCredits' ? amount : -amount);
    if (balance < 0n) return 'INSUFFICIENT_CREDITS';
    this.balance = balance;
    const outcome = `${operation} ${formatMoney(amount)} -> ${formatMoney(balance)}`;
    this.entries.push(outcome);
    if (key !== null) this.#byKey.set(`${operation} ${key}`, { amount, outcome });
    return outcome;
  }
}

const OPERATIONS = { CREDIT_ADDED: 'addCredits', CREDIT_USED: 'useCredits' } as const;

function outcomeOf({ entry, code }: Pick<Booked, 'entry' | 'code'>): string {
  if (!entry) return code ?? 'no answer';
  return `${OPERATIONS[entry.type]} ${entry.amount} -> ${entry.newBalance}`;
}

it('should agree with the model on every answer, balance and entry, whatever is booked', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const person = await givenUser(app);
      const model = new Model();
      for (const step of sequence) {
        const input = { amount: formatMoney(step.amount), idempotencyKey: step.key };
        const expected = Array.from({ length: step.copies }, () => model.request(step));
        const answers = await Promise.all(expected.map(() => book(app, person, step.operation, input)));
        // Copies without a key are bookings of their own, in any order.
        expect(answers.map(outcomeOf).sort()).toEqual(expected.sort());
      }
      expect(await balanceOf(app, person)).toBe(formatMoney(model.balance));
      const { edges, totalCount } = await history(app, person, { first: 200 });
      expect(edges.map(({ node }) => outcomeOf({ entry: node, code: null })).reverse()).toEqual(
        model.entries,
      );
      expect(totalCount).toBe(model.entries.length);
    }),
    { numRuns: 30 },
  );
  expect(await verifyLedger(app.app.database, () => undefined)).toMatchObject({ differences: 0 });
}, 120_000);
