import { randomUUID } from 'node:crypto';

/** A session's or token's id: random, so that it tells nothing and cannot be guessed. */
export function newUuid(): string {
  return randomUUID();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

// Ids are bigint in the database and integers in JSON, so they must stay below 2^53.
const USER_ID = /^[1-9][0-9]{0,15}$/;

/** Reads a user id as clients send it, a decimal string; undefined when it cannot be one. */
export function parseUserId(text: string): number | undefined {
  if (!USER_ID.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own request id when it is fit for headers and logs, otherwise a new one of 48 random bits. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : `req-${randomUUID().slice(-12)}`;
}
