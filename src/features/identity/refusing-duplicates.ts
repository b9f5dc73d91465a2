import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppError } from '../../errors';

/** The database's unique index decides who was first; a look before the insert could not. */
export async function refusingDuplicates<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UniqueConstraintViolationException)
      throw new AppError('USER_ALREADY_EXISTS', { cause });
    throw cause;
  }
}
