import { accepted, refused, type Parsed } from './parsed';

/**
 * An exact amount of credits: whole hundredths as a bigint, so that 100.50 is 10050n. It never passes through a
 * floating-point number.
 */
export type Money = bigint;

const DECIMAL_PLACES = 2;
/** The largest amount of one booking: 9999999999.99. */
export const AMOUNT_MAX: Money = 999_999_999_999n;

/** Longer texts and larger exponents are no amounts; refusing them first keeps hostile ones cheap. */
const MAX_TEXT_LENGTH = 64;
const MAX_EXPONENT = 40;
// JSON's grammar for a number, except that zeros may lead.
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads an amount to be booked from its decimal text: above zero, at most two decimals (a third is refused, never
 * rounded), at most 9999999999.99.
 *
 * A JSON number arrives as a double. The shortest text of a double is the text that was sent for up to 15 digits, and an
 * amount within the limit has 12.
 */
export function parseAmount(input: string | number, field = 'amount'): Parsed<Money> {
  const hundredths = parseDecimal(String(input));
  if (hundredths === 'not a number') return refused(field, 'must be a decimal number');
  if (hundredths === 'too precise') return refused(field, 'must have at most two decimals');
  if (hundredths <= 0n) return refused(field, 'must be greater than 0');
  if (hundredths > AMOUNT_MAX) return refused(field, `must be at most ${formatMoney(AMOUNT_MAX)}`);
  return accepted(hundredths);
}

/** The text of an amount, always with two places: "100.50". What PostgreSQL's numeric(20,2) takes and gives. */
export function formatMoney(amount: Money): string {
  const sign = amount < 0n ? '-' : '';
  const digits = String(amount < 0n ? -amount : amount).padStart(DECIMAL_PLACES + 1, '0');
  return `${sign}${digits.slice(0, -DECIMAL_PLACES)}.${digits.slice(-DECIMAL_PLACES)}`;
}

/** Reads what `formatMoney` writes, of any size and sign. @throws RangeError for anything else */
export function moneyOf(text: string): Money {
  const hundredths = parseDecimal(text);
  if (typeof hundredths === 'string') throw new RangeError('not an amount of money');
  return hundredths;
}

function parseDecimal(text: string): Money | 'not a number' | 'too precise' {
  if (text.length > MAX_TEXT_LENGTH) return 'not a number';
  const match = DECIMAL.exec(text);
  if (!match) return 'not a number';
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) return 'not a number';
  const shift = exponent - fraction.length + DECIMAL_PLACES;
  if (shift < 0) return 'too precise';
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(shift);
}
