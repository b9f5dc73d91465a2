import type { FigureName } from '../../config';
import type { LimitedAction } from '../../foundation/surface';

export type { LimitedAction };

export interface Policy {
  /**
   * Whose tries are counted together: an address's, those for one account from wherever, or those of one address for one
   * account, which a stranger cannot use up for its owner.
   */
  readonly key: 'address' | 'account' | 'account and address';
  /** GraphQL's; a surface without a figure of its own is held to it too. */
  readonly figure: FigureName;
  /** Whether RATE_LIMIT_FAIL_CLOSED concerns it: tries at a secret do better to wait. */
  readonly guardsSecret?: true;
  /**
   * Counted by the use case itself, where no way leads past it: fields and routes that name it count as `other`, and only
   * tell of it.
   */
  readonly isCountedWithin?: true;
}

/**
 * Every rate limit there is. All surfaces count into one counter of an action and key, and each holds that count against
 * its own figure; only `other` is counted for each surface, and there for each endpoint that has a name of its own.
 */
export const policies: Readonly<Record<LimitedAction, Policy>> = {
  register: { key: 'address', figure: 'GRAPHQL_REGISTER' },
  login: { key: 'address', figure: 'GRAPHQL_LOGIN', guardsSecret: true, isCountedWithin: true },
  refresh: { key: 'address', figure: 'GRAPHQL_REFRESH' },
  forgot: { key: 'address', figure: 'GRAPHQL_FORGOT' },
  reset: { key: 'address', figure: 'GRAPHQL_RESET', guardsSecret: true },
  verify: { key: 'address', figure: 'GRAPHQL_VERIFY', guardsSecret: true },
  verify_code: { key: 'account', figure: 'GRAPHQL_VERIFY', guardsSecret: true },
  resend: { key: 'account and address', figure: 'GRAPHQL_RESEND' },
  resend_address: { key: 'address', figure: 'RESEND_ADDRESS' },
  other: { key: 'address', figure: 'GRAPHQL_OTHER' },
};
