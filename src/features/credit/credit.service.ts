import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { CreditsConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { parseUserId } from '../../foundation/ids';
import { formatMoney, parseAmount } from '../../foundation/money';
import { parseOffset, parsePage, parsePageSize, type PageRequest } from '../../foundation/pagination';
import { valuesOf } from '../../foundation/parsed';
import type { Viewer } from '../../foundation/viewer';
import type { Database } from '../../infrastructure/database/database';
import type { SecurityEvents } from '../../infrastructure/events/security-events';
import { User } from '../identity';
import type { TransactionType } from './credit-transaction.entity';
import { parseDescription, parseIdempotencyKey, parseReferenceId, requestHashOf } from './credit.rules';
import {
  book,
  countEntries,
  findBalance,
  findEntries,
  findEntry,
  findEntryByKey,
  type Booking,
  type CreditBalance,
  type LedgerEntry,
} from './ledger.queries';

export interface BookingRequest {
  /** In credits: decimal text, or a JSON number; see `parseAmount`. */
  readonly amount: string | number;
  readonly referenceId?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** A retry under the same key gets the first answer and books nothing. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whose account; by default the viewer's, and another's for administrators only. */
  readonly userId?: string | null | undefined;
}

export interface TransactionPage {
  readonly transactions: readonly LedgerEntry[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export class CreditService {
  constructor(
    private readonly database: Database,
    private readonly events: SecurityEvents,
    private readonly config: CreditsConfig,
    private readonly clock: Clock,
  ) {}

  /** Zero for somebody who never booked. @throws AppError INVALID_TOKEN when the account was deleted meanwhile */
  async balance(viewer: Viewer): Promise<CreditBalance> {
    const balance = await findBalance(this.database, viewer.userId);
    if (!balance) throw new AppError('INVALID_TOKEN');
    return balance;
  }

  /**
   * Books credits onto an account.
   * @throws AppError INVALID_INPUT; FORBIDDEN where only administrators add, and for another's account; USER_NOT_FOUND
   * (administrators only); IDEMPOTENCY_CONFLICT; SERVICE_UNAVAILABLE, also when the account stays locked for too long
   */
  async add(viewer: Viewer, request: BookingRequest): Promise<LedgerEntry> {
    if (this.config.addPolicy === 'admin' && !viewer.can('credits:add')) throw new AppError('FORBIDDEN');
    return this.#book(viewer, 'credit_added', request);
  }

  /** Books credits off an account. @throws AppError as `add`, and INSUFFICIENT_CREDITS; adding policies do not matter */
  async use(viewer: Viewer, request: BookingRequest): Promise<LedgerEntry> {
    return this.#book(viewer, 'credit_used', request);
  }

  /** One page of the viewer's entries by cursor, newest first, whichever end it is taken from. @throws AppError INVALID_INPUT */
  async page(viewer: Viewer, request: PageRequest): Promise<TransactionPage> {
    const { size, isFromEnd, after, before } = parsePage(request);
    const order = isFromEnd ? ('oldest first' as const) : ('newest first' as const);
    const found = await findEntries(this.database, viewer.userId, {
      ...{ below: after, above: before },
      ...{ order, limit: size + 1 },
    });
    const transactions = found.slice(0, size);
    const isMore = found.length > size;
    return {
      transactions: isFromEnd ? transactions.reverse() : transactions,
      hasNextPage: before !== undefined || (isMore && !isFromEnd),
      hasPreviousPage: after !== undefined || (isMore && isFromEnd),
    };
  }

  /** One of the viewer's entries; null for anybody else's as for none. */
  async find(viewer: Viewer, id: number): Promise<LedgerEntry | null> {
    return findEntry(this.database, viewer.userId, id);
  }

  /** The viewer's entries by position, newest first, and how many there are. @throws AppError INVALID_INPUT */
  async list(
    viewer: Viewer,
    request: { readonly skip?: number | null; readonly limit?: number | null },
  ): Promise<{ transactions: LedgerEntry[]; totalCount: number }> {
    const { skip, limit } = valuesOf({
      skip: parseOffset(request.skip, 'skip'),
      limit: parsePageSize(request.limit, 'limit'),
    });
    return {
      transactions: await findEntries(this.database, viewer.userId, { skip, limit }),
      totalCount: await this.count(viewer),
    };
  }

  /** How many entries the viewer has; it reads them all, so ask only when somebody wants to know. */
  async count(viewer: Viewer): Promise<number> {
    return countEntries(this.database, viewer.userId);
  }

  async #book(
    viewer: Viewer,
    transactionType: TransactionType,
    request: BookingRequest,
  ): Promise<LedgerEntry> {
    const booking = this.#parse(viewer, transactionType, request);
    try {
      const entry = await book(this.database, booking);
      if (entry) {
        this.#tell(entry, viewer);
        return entry;
      }
      throw (await this.#exists(booking.userId))
        ? new AppError('INSUFFICIENT_CREDITS')
        : gone(booking, viewer);
    } catch (refusal) {
      return await this.#firstAnswer(booking, viewer, refusal);
    }
  }

  #tell({ userId, id, transactionType, amount }: LedgerEntry, viewer: Viewer): void {
    const entry = { userId, transactionId: id, type: transactionType, amount: formatMoney(amount) };
    this.events.report({ kind: 'credits.booked', ...entry, bookedBy: viewer.userId });
  }

  async #exists(userId: number): Promise<boolean> {
    return this.database.read(async (em) => (await em.count(User, { id: userId })) > 0);
  }

  #parse(viewer: Viewer, transactionType: TransactionType, request: BookingRequest): Booking {
    const values = valuesOf({
      amount: parseAmount(request.amount),
      referenceId: parseReferenceId(request.referenceId),
      description: parseDescription(request.description),
      idempotencyKey: parseIdempotencyKey(request.idempotencyKey),
    });
    const requestHash =
      values.idempotencyKey === null ? null : requestHashOf({ ...values, askedBy: viewer.userId });
    const userId = accountOf(viewer, request.userId);
    return { ...values, userId, transactionType, requestHash, createdAt: this.clock.now() };
  }

  /**
   * The answer to the booking that a key was first used for. A retry is not looked for beforehand: booking it again fails
   * on the key's unique index, or for want of the credits that the first one used, and costs other bookings nothing.
   */
  async #firstAnswer(booking: Booking, viewer: Viewer, refusal: unknown): Promise<LedgerEntry> {
    if (booking.idempotencyKey === null || !mayBeRetry(refusal)) throw refusal;
    const first = await this.database.read((em) => findEntryByKey(em, booking));
    // An entry that stood in the way and is no more went with its user.
    if (!first) throw refusal instanceof UniqueConstraintViolationException ? gone(booking, viewer) : refusal;
    if (!booking.requestHash || !first.requestHash?.equals(booking.requestHash)) {
      throw new AppError('IDEMPOTENCY_CONFLICT', { cause: refusal });
    }
    return first;
  }
}

function mayBeRetry(refusal: unknown): boolean {
  return (
    refusal instanceof UniqueConstraintViolationException ||
    (refusal instanceof AppError && refusal.code === 'INSUFFICIENT_CREDITS')
  );
}

/** @throws AppError FORBIDDEN for another's account, known or not; USER_NOT_FOUND (administrators only) */
function accountOf(viewer: Viewer, userId: string | null | undefined): number {
  const asked = userId == null ? viewer.userId : parseUserId(userId);
  if (asked !== viewer.userId && !viewer.can('credits:add')) throw new AppError('FORBIDDEN');
  if (asked === undefined) throw new AppError('USER_NOT_FOUND');
  return asked;
}

function gone(booking: Booking, viewer: Viewer): AppError {
  return new AppError(booking.userId === viewer.userId ? 'INVALID_TOKEN' : 'USER_NOT_FOUND');
}
