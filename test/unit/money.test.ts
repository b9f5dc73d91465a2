import * as fc from 'fast-check';
import { AMOUNT_MAX, formatMoney, moneyOf, parseAmount } from '../../src/foundation/money';

const amounts = fc.bigInt(1n, AMOUNT_MAX);

it('should read back every amount it writes, as text and as a JSON number', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const text = formatMoney(amount);
      expect(parseAmount(text)).toEqual({ ok: true, value: amount });
      expect(parseAmount(JSON.parse(text) as number)).toEqual({ ok: true, value: amount });
    }),
    { numRuns: 2_000 },
  );
});

it('should read back balances of any size and sign', () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), (amount) => {
      expect(moneyOf(formatMoney(amount))).toBe(amount);
    }),
  );
});

it('should not be moved by an exponent', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 999_999n), fc.integer({ min: 0, max: 4 }), (digits, exponent) => {
      const shifted = parseAmount(`${digits}e${exponent - 2}`);
      expect(shifted).toEqual({ ok: true, value: digits * 10n ** BigInt(exponent) });
    }),
  );
});

it.each([
  ['9999999999.99', true],
  ['10000000000.00', false],
  ['0.01', true],
  ['0.00', false],
  ['-0.01', false],
  ['0.010', false],
  ['1e309', false],
  ['1E2', true],
  ['1e', false],
  ['.5', false],
  ['5.', false],
  ['+5', false],
  ['1_000', false],
])('should take %s: %s', (text, ok) => {
  expect(parseAmount(text).ok).toBe(ok);
});

it.each([[NaN], [Infinity], [-Infinity], [0.1 + 0.2], [1e-7], [-0]])(
  'should refuse the number %d',
  (number) => {
    expect(parseAmount(number).ok).toBe(false);
  },
);
