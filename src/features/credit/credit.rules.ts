import { createHash } from 'node:crypto';
import { formatMoney, type Money } from '../../foundation/money';
import { accepted, refused, type Parsed } from '../../foundation/parsed';
import { isCleanText } from '../../foundation/text';

export const REFERENCE_ID_MAX_LENGTH = 100;
export const DESCRIPTION_MAX_LENGTH = 1_000;
export const IDEMPOTENCY_KEY_MAX_LENGTH = 255;

/** The client's own name for what is booked; null is none. */
export function parseReferenceId(input: string | null | undefined): Parsed<string | null> {
  return parseText(input, REFERENCE_ID_MAX_LENGTH, 'referenceId', isCleanText);
}

/** Words for people: unlike other texts it may have lines and tabs. */
export function parseDescription(input: string | null | undefined): Parsed<string | null> {
  return parseText(input, DESCRIPTION_MAX_LENGTH, 'description', (text) =>
    isCleanText(text.replace(/[\t\r\n]/g, ' ')),
  );
}

export function parseIdempotencyKey(input: string | null | undefined): Parsed<string | null> {
  if (input === '') {
    return refused('idempotencyKey', `must be 1 to ${IDEMPOTENCY_KEY_MAX_LENGTH} characters long`);
  }
  return parseText(input, IDEMPOTENCY_KEY_MAX_LENGTH, 'idempotencyKey', isCleanText);
}

/**
 * What makes two requests under one key the same: who asks, and for what. The amount is compared as money, so that
 * "100.5" in one protocol and 100.50 in another are one request.
 */
export function requestHashOf(request: {
  readonly askedBy: number;
  readonly amount: Money;
  readonly referenceId: string | null;
  readonly description: string | null;
}): Buffer {
  const { askedBy, amount, referenceId, description } = request;
  return createHash('sha256')
    .update(JSON.stringify([askedBy, formatMoney(amount), referenceId, description]))
    .digest();
}

/** Stored as it was sent, and counted in characters as the database counts them. */
function parseText(
  input: string | null | undefined,
  maxLength: number,
  field: string,
  isAllowed: (text: string) => boolean,
): Parsed<string | null> {
  if (input == null) return accepted(null);
  if (input.length > 2 * maxLength || Array.from(input).length > maxLength) {
    return refused(field, `must be at most ${maxLength} characters`);
  }
  return isAllowed(input) ? accepted(input) : refused(field, 'contains characters that are not allowed');
}
