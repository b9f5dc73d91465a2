import { accepted, refused, valuesOf, type Parsed } from './parsed';

export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 200;

/** How many rows a page may hold. */
export function parsePageSize(input: number | null | undefined, field: string): Parsed<number> {
  const size = input ?? PAGE_SIZE_DEFAULT;
  return Number.isInteger(size) && size >= 1 && size <= PAGE_SIZE_MAX
    ? accepted(size)
    : refused(field, `must be a whole number from 1 to ${PAGE_SIZE_MAX}`);
}

/** How many rows to pass over, for clients that count pages instead of following cursors. */
export function parseOffset(input: number | null | undefined, field: string): Parsed<number> {
  const offset = input ?? 0;
  return Number.isSafeInteger(offset) && offset >= 0
    ? accepted(offset)
    : refused(field, 'must be a whole number, 0 or more');
}

const CURSOR_PREFIX = 'after:';
const CURSOR_ID = /^[1-9][0-9]{0,15}$/;

/** A place in a list that is ordered by id. Opaque to clients, so that its content may change. */
export function cursorOf(id: number): string {
  return Buffer.from(`${CURSOR_PREFIX}${id}`).toString('base64url');
}

/** The id behind a cursor; undefined without one. */
export function parseCursor(input: string | null | undefined, field: string): Parsed<number | undefined> {
  if (input == null) return accepted(undefined);
  const text = Buffer.from(input, 'base64url').toString('latin1');
  const idText = text.startsWith(CURSOR_PREFIX) ? text.slice(CURSOR_PREFIX.length) : '';
  const id = Number(idText);
  return CURSOR_ID.test(idText) && Number.isSafeInteger(id) && cursorOf(id) === input
    ? accepted(id)
    : refused(field, 'must be a cursor from an earlier page');
}

/** A page as GraphQL connections ask for one. */
export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Page {
  readonly size: number;
  /** Whether it is the last entries between the cursors that are wanted, not the first. */
  readonly isFromEnd: boolean;
  readonly after: number | undefined;
  readonly before: number | undefined;
}

/** @throws AppError INVALID_INPUT with every problem */
export function parsePage({ first, after, last, before }: PageRequest): Page {
  const isFromEnd = last != null;
  const values = valuesOf({
    size: isFromEnd ? parsePageSize(last, 'last') : parsePageSize(first, 'first'),
    direction:
      isFromEnd && first != null ? refused('last', 'must not be given together with first') : accepted(null),
    after: parseCursor(after, 'after'),
    before: parseCursor(before, 'before'),
  });
  return { size: values.size, isFromEnd, after: values.after, before: values.before };
}
