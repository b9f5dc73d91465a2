import type { OperationGroup } from '../operation';
import { accountOperations, type CreditAccountServices } from './account-operations';
import { ledgerOperations, type CreditLedgerServices } from './ledger-operations';
import { recoveryOperations, type CreditRecoveryServices } from './recovery-operations';
import { signInOperations, type CreditSignInServices } from './sign-in-operations';

export type CreditServices = CreditSignInServices &
  CreditAccountServices &
  CreditRecoveryServices &
  CreditLedgerServices;

/** The family of auth_service: accounts by username, and credits. */
export function creditOperations(services: CreditServices): OperationGroup {
  return {
    name: 'credit',
    description: 'Accounts by username, and credits. Before: auth_service.',
    hasMoney: true,
    operations: [
      ...signInOperations(services),
      ...accountOperations(services),
      ...recoveryOperations(services),
      ...ledgerOperations(services),
    ],
  };
}
