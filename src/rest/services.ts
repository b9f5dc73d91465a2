import type { AccountService } from '../features/account';
import type { CreditService } from '../features/credit';
import type { PasswordResetService, PasswordService } from '../features/password';
import type { Renewal, SessionService } from '../features/sign-in';
import type { EmailChangeService, VerificationService } from '../features/verification';
import type { AccessCookie } from './authentication';

/** The use cases that families translate to; each takes what it needs. */
export interface RestServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly renewal: Renewal;
  readonly passwords: PasswordService;
  readonly resets: PasswordResetService;
  readonly verifications: VerificationService;
  readonly emailChanges: EmailChangeService;
  readonly credits: CreditService;
  readonly accessCookie: AccessCookie;
}
