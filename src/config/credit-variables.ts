import type { CreditsAddPolicy } from './config';
import { choice } from './kinds';
import type { Variable } from './variable';

export const creditVariables = {
  CREDITS_ADD_POLICY: {
    kind: choice<CreditsAddPolicy>({ self: 'self', admin: 'admin' }),
    defaultMeaning: 'self, in production admin',
    example: 'admin',
    description: 'Who may add credits: everybody to their own balance, or administrators only.',
  },
} satisfies Record<string, Variable>;
