import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';

/** No number with fewer digits loses any as a double. Texts with so many match too, and cost a second reading. */
const MANY_DIGITS = /\d[\d.]{15}/;

/** Whether JSON may hold a number that a double would round. */
export function mayBeRounded(json: string): boolean {
  return MANY_DIGITS.test(json);
}

/**
 * JSON whose numbers are numbers where a double has their value, and else a LosslessNumber with their text.
 * @throws Error for what is no JSON, or has a key twice
 */
export function parseExact(json: string): unknown {
  return parse(json, undefined, (text) => (isSafeNumber(text) ? Number(text) : new LosslessNumber(text)));
}

/** Whether a double rounds one of the numbers of JSON. @throws Error as `parseExact` */
export function isRounded(json: string): boolean {
  let found = false;
  parse(json, undefined, (text) => (found ||= !isSafeNumber(text)));
  return found;
}
