import type { SecurityEvent, SecurityEventKind } from '../../foundation/security-events';
import type { Logger } from '../telemetry/logger';
import type { FactListener } from './security-events';

/** What an operator should look at; everything else is the ordinary course of things. */
const WARNINGS: ReadonlySet<SecurityEventKind> = new Set<SecurityEventKind>([
  'login.failed',
  'confirmation.failed',
  'verification.failed',
  'password.reset_failed',
  'refresh_token.reused',
  'email.change_undone',
]);

/** A line for each security event, under its kind with underscores: `password.reset` is `password_reset` in the log. */
export function logSecurityEvents(logger: Logger): FactListener {
  return (event, origin) => {
    const fields = {
      ...(origin && { request_id: origin.requestId, client_ip: origin.ipAddress }),
      ...fieldsOf(event),
    };
    logger[WARNINGS.has(event.kind) ? 'warn' : 'info'](fields, event.kind.replaceAll('.', '_'));
  };
}

/** The event's own values by the log's spelling. Of an account only its id: names and addresses stay in the database. */
function fieldsOf(event: SecurityEvent): Record<string, unknown> {
  switch (event.kind) {
    case 'account.registered':
      return { user_id: event.user.id, awaits_verification: event.awaitsVerification };
    case 'account.deleted':
      return { user_id: event.user.id, reason: event.reason };
    case 'email.verified':
    case 'password.reset':
      return { user_id: event.user.id, activated: event.activated };
    case 'role.changed':
      return { user_id: event.user.id, before: event.before, after: event.after };
    case 'session.opened':
      return { user_id: event.user.id, session_id: event.sessionId };
    case 'login.failed':
      return { user_id: event.userId, account: event.account, reason: event.reason };
    case 'confirmation.failed':
      return { user_id: event.userId, reason: event.reason };
    case 'session.refreshed':
    case 'refresh_token.reused':
      return { user_id: event.userId, session_id: event.sessionId };
    case 'session.ended':
      return { user_id: event.userId, reason: event.reason, sessions: event.sessions };
    case 'registration.failed':
    case 'verification.failed':
    case 'password.reset_failed':
      return { reason: event.reason };
    case 'password.reset_requested':
      return { account: event.account };
    case 'credits.booked':
      return {
        user_id: event.userId,
        transaction_id: event.transactionId,
        type: event.type,
        amount: event.amount,
        booked_by: event.bookedBy,
      };
    default:
      return { user_id: event.user.id };
  }
}
