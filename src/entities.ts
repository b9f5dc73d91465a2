import { OneTimeToken, User } from './features/account';
import { CreditAccount, CreditTransaction } from './features/credit';
import { RefreshToken, Session } from './features/session';
import { OutboxMail } from './infrastructure/database/mail-outbox';
import { RateLimitCounter } from './infrastructure/database/rate-limit.entity';
import type { Entities } from './infrastructure/database/orm';

/** Every table's class, for the server, the command line and the migrations' check. */
export const entities: Entities = [
  User,
  Session,
  RefreshToken,
  CreditAccount,
  CreditTransaction,
  OneTimeToken,
  OutboxMail,
  RateLimitCounter,
];
