import { AppError, invalidInput } from '../errors';
import type { TokenDelivery } from '../foundation/request-context';

/**
 * The token that a request brings to be exchanged: that of its body, otherwise the one in its refresh cookie.
 * @param field what the body calls it
 * @throws AppError INVALID_INPUT without one; where it would be a cookie, UNAUTHENTICATED, or FORBIDDEN for a strange origin
 */
export function refreshTokenFrom(
  body: Readonly<Record<string, string | null | undefined>> | undefined,
  field: string,
  delivery: TokenDelivery,
): string {
  const token = body?.[field] ?? delivery.refreshTokenFromCookie();
  if (token !== undefined) return token;
  if (delivery.way === 'cookie') throw new AppError('UNAUTHENTICATED', { concerns: 'refresh-token' });
  throw invalidInput({ field, message: 'is required' });
}
