import type { SecurityEvent, SecurityEventKind } from '../../foundation/security-events';
import type { Metrics } from '../telemetry/metrics';
import type { FactListener } from './security-events';

/** What the counter of operations calls the use case that an event ends; others are no such use case. */
const OPERATIONS: Partial<Record<SecurityEventKind, string>> = {
  'account.registered': 'register',
  'registration.failed': 'register',
  'login.succeeded': 'login',
  'login.failed': 'login',
  'email.verified': 'verify_email',
  'verification.failed': 'verify_email',
  'password.reset': 'reset_password',
  'password.reset_failed': 'reset_password',
};

/** Counts every security event, and the use cases that strangers try by how they end. */
export function countSecurityEvents(metrics: Metrics): FactListener {
  return (event) => {
    metrics.countEvent(event.kind);
    // A number is exact enough for a curve; the ledger has the amounts.
    if (event.kind === 'credits.booked') metrics.countCredits(event.type, Number(event.amount));
    const operation = OPERATIONS[event.kind];
    if (operation !== undefined) metrics.countOutcome(operation, outcomeOf(event));
  };
}

function outcomeOf(event: SecurityEvent): string {
  return event.kind.endsWith('failed') && 'reason' in event ? event.reason : 'success';
}
