import { addressKey } from '../../foundation/addresses';
import type { RequestContext } from '../../foundation/request-context';
import type { Viewer } from '../../foundation/viewer';

/**
 * Whose share of the hashing a request takes: that of the account it is signed in to, otherwise that of the address it
 * comes from. Never that of an account which is only named: a stranger's tries must not use up its owner's share, and
 * nothing may tell whether there is such an account.
 */
export function hashOwner(
  { ipAddress }: Pick<RequestContext, 'ipAddress'>,
  viewer?: Pick<Viewer, 'userId'>,
): string {
  return viewer ? `account:${viewer.userId}` : `address:${addressKey(ipAddress)}`;
}
