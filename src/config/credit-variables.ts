import type { CreditsAddPolicy } from './config';
import { choice, integer } from './kinds';
import type { Variable } from './variable';

export const creditVariables = {
  CREDITS_ADD_POLICY: {
    kind: choice<CreditsAddPolicy>({ self: 'self', admin: 'admin' }),
    default: 'self',
    description: 'Who may add credits: everybody to their own balance, or administrators only.',
  },
  CREDIT_LOCK_TIMEOUT_MS: {
    kind: integer(1, 600_000),
    default: '5000',
    description:
      'Milliseconds a booking waits for others on the same account before it is answered 503; CIRCUIT_BREAKER_CALL_TIMEOUT bounds it too.',
  },
} satisfies Record<string, Variable>;
