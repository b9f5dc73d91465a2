import { defineFamily, EIGHT_CHARACTERS } from '../family';
import { accountOperations } from './account-operations';
import { ledgerOperations } from './ledger-operations';
import { recoveryOperations } from './recovery-operations';
import { signInOperations } from './sign-in-operations';

/** The family of auth_service: accounts by username, and credits. */
export const credit = defineFamily({
  name: 'credit',
  description: 'Accounts by username, and credits. Before: auth_service.',
  prefixes: ['/auth/', '/credits/'],
  hasDetail: true,
  hasMoney: true,
  rules: { passwordRule: EIGHT_CHARACTERS, registrationSignsIn: true },
  figures: {
    register: 'CREDIT_AUTH',
    login: 'CREDIT_AUTH',
    refresh: 'CREDIT_AUTH',
    forgot: 'CREDIT_AUTH',
    reset: 'CREDIT_AUTH',
    other: 'CREDIT_OTHER',
  },
  // One figure for all paths under /auth/.
  limitOf: ({ path }) =>
    path.startsWith('/auth/')
      ? { action: 'other', endpoint: 'auth', figure: 'CREDIT_AUTH' }
      : { action: 'other' },
  operations: (services) => [
    ...signInOperations(services),
    ...accountOperations(services),
    ...recoveryOperations(services),
    ...ledgerOperations(services),
  ],
});
