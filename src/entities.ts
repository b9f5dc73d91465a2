import { EmailUndo, OneTimeToken, User } from './features/identity';
import { CreditAccount, CreditTransaction } from './features/credit';
import { RefreshToken, Session } from './features/sign-in';
import { LeaseRow } from './infrastructure/housekeeping/lease.entity';
import { EndedSession, EndedSessionsFeed } from './features/tokens';
import { OutboxMail } from './infrastructure/mail/outbox';
import { RateLimitCounter } from './infrastructure/rate-limit/rate-limit.entity';
import { StoredSigningKey } from './infrastructure/signing-keys';
import type { Entities } from './infrastructure/database/orm';

/** Every table's class, for the server, the command line and the migrations' check. */
export const entities: Entities = [
  User,
  Session,
  RefreshToken,
  CreditAccount,
  CreditTransaction,
  OneTimeToken,
  EmailUndo,
  OutboxMail,
  RateLimitCounter,
  LeaseRow,
  StoredSigningKey,
  EndedSession,
  EndedSessionsFeed,
];
