import { defineFamily, EIGHT_CHARACTERS } from '../family';
import { mailboxOperations } from './mailbox-operations';
import { registrationOperations } from './registration-operations';
import { sessionOperations } from './session-operations';

/** The family of balance_hub: accounts that verify their email address first, signed in by cookie. */
export const balanceHub = defineFamily({
  name: 'balance-hub',
  description:
    'Accounts with a verified email address, signed in by cookie. Before: FastAPI Authentication System.',
  prefixes: ['/balance_hub/'],
  hasDetail: true,
  takesCookie: true,
  rules: {
    passwordRule: { ...EIGHT_CHARACTERS, requireUppercase: true, requireNumbers: true },
    usernameRule: { pattern: /^[A-Za-z0-9]+$/, message: 'may contain letters and digits only' },
    signsInBy: 'email',
    verifiesEmail: true,
  },
  figures: {
    register: 'BALANCE_HUB_REGISTER',
    login: 'BALANCE_HUB_LOGIN',
    forgot: 'BALANCE_HUB_FORGET',
    reset: 'BALANCE_HUB_RESET',
    resend: 'BALANCE_HUB_RESEND',
  },
  operations: (services) => [
    ...registrationOperations(services),
    ...mailboxOperations(services),
    ...sessionOperations(services),
  ],
});
