import type { FigureName } from '../../config';
import type { Surface } from '../../foundation/request-context';

export type LimitedAction =
  'register' | 'login' | 'refresh' | 'forgot' | 'reset' | 'verify' | 'resend' | 'other';

export interface Policy {
  /** Whose tries are counted together: an address's, or those for one account from wherever. */
  readonly key: 'address' | 'account';
  /** A surface without a figure of its own is held to GraphQL's. */
  readonly figures: Readonly<Partial<Record<Surface, FigureName>>> & { readonly graphql: FigureName };
  /** Whether RATE_LIMIT_FAIL_CLOSED concerns it: tries at a secret do better to wait. */
  readonly guardsSecret?: true;
}

/**
 * Every rate limit there is. All surfaces count into one counter of an action and key, and each holds that count against
 * its own figure; only `other` is counted for each surface, and there for each endpoint that has a name of its own.
 */
export const policies: Readonly<Record<LimitedAction, Policy>> = {
  register: {
    key: 'address',
    figures: {
      graphql: 'GRAPHQL_REGISTER',
      'auth-serve': 'AUTH_SERVE_REGISTER',
      session: 'SESSION',
      credit: 'CREDIT_AUTH',
      'balance-hub': 'BALANCE_HUB_REGISTER',
    },
  },
  login: {
    key: 'address',
    figures: {
      graphql: 'GRAPHQL_LOGIN',
      'auth-serve': 'AUTH_SERVE_LOGIN',
      session: 'SESSION',
      credit: 'CREDIT_AUTH',
      'balance-hub': 'BALANCE_HUB_LOGIN',
    },
    guardsSecret: true,
  },
  refresh: { key: 'address', figures: { graphql: 'GRAPHQL_REFRESH', credit: 'CREDIT_AUTH' } },
  forgot: {
    key: 'address',
    figures: {
      graphql: 'GRAPHQL_FORGOT',
      credit: 'CREDIT_AUTH',
      'balance-hub': 'BALANCE_HUB_FORGET',
    },
  },
  reset: {
    key: 'address',
    figures: { graphql: 'GRAPHQL_RESET', credit: 'CREDIT_AUTH', 'balance-hub': 'BALANCE_HUB_RESET' },
    guardsSecret: true,
  },
  verify: { key: 'account', figures: { graphql: 'GRAPHQL_VERIFY' } },
  resend: { key: 'account', figures: { graphql: 'GRAPHQL_RESEND', 'balance-hub': 'BALANCE_HUB_RESEND' } },
  other: {
    key: 'address',
    figures: { graphql: 'GRAPHQL_OTHER', session: 'SESSION', credit: 'CREDIT_OTHER' },
  },
};
