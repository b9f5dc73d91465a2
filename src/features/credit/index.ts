export { CreditEvents } from './credit-events';
export { CreditEventsResolver, type CreditEventsContext } from './credit-events.resolver';
export { CreditAccount } from './credit-account.entity';
export { CreditTransaction, type TransactionType } from './credit-transaction.entity';
export { CreditResolver } from './credit.resolver';
export { CreditService, type BookingRequest, type TransactionPage } from './credit.service';
export { toCreditEntryType } from './credit.types';
export { verifyLedger, type LedgerDifference, type LedgerSummary } from './ledger.verifier';
export type { CreditBalance, LedgerEntry } from './ledger.queries';
