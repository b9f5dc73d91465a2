import type { UserRole } from './viewer';

/** Whose account it is, as far as mails and logs want to know. */
export interface EventSubject {
  readonly id: number;
  readonly email: string | null;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly fullName: string | null;
  readonly locale: string | null;
}

interface OfAccount<Kind extends string> {
  readonly kind: Kind;
  readonly user: EventSubject;
}

/** Changes of an account; what each of them ends is said in one table beside the code that applies them. */
export type AccountChange =
  | OfAccount<'profile.changed'>
  | (OfAccount<'username.changed'> & { readonly before: string | null })
  /** `activated`: the account waited for this, and can be used from now on. */
  | (OfAccount<'email.verified'> & { readonly activated: boolean })
  | (OfAccount<'email.change_requested'> & { readonly newEmail: string; readonly undoId: string | null })
  /** `undoId` names the record that takes the change back; null where the old address was none. */
  | (OfAccount<'email.changed'> & { readonly oldEmail: string | null; readonly undoId: string | null })
  /**
   * By the link in the mail to the old address: `rejectedEmail` is what the account had become, or was to become, and
   * `counterUndoId` the record by which that address takes it back in turn, where it had the account before.
   */
  | (OfAccount<'email.change_undone'> & {
      readonly rejectedEmail: string | null;
      readonly counterUndoId: string | null;
    })
  | OfAccount<'password.changed'>
  | (OfAccount<'password.reset'> & { readonly activated: boolean })
  | OfAccount<'password.set_by_operator'>
  | (OfAccount<'role.changed'> & { readonly before: UserRole; readonly after: UserRole })
  | OfAccount<'account.disabled'>
  | OfAccount<'account.enabled'>
  | (OfAccount<'account.deleted'> & { readonly reason: DeletionReason });

export type AccountChangeKind = AccountChange['kind'];

/** Who or what deleted an account: its owner, the owner of a mailbox who never asked for it, time, or an operator. */
export type DeletionReason = 'owner' | 'disowned' | 'never_verified' | 'operator';

/** Why sessions ended, but for changes of an account, which tell of it themselves. */
export type SessionEnd = 'logout' | 'logout_all' | 'revoked';

/** Use cases that strangers try, and that did not come to their end. */
export type FailureKind = 'registration.failed' | 'verification.failed' | 'password.reset_failed';

/** How an account came to be. */
export type AccountCreation =
  | (OfAccount<'account.registered'> & { readonly awaitsVerification: boolean })
  | OfAccount<'account.created_by_operator'>;

/** What matters to whoever watches over accounts. Kinds are names that logs, metrics and alarms rely on: they stay. */
export type SecurityEvent =
  | AccountChange
  | AccountCreation
  | OfAccount<'login.succeeded'>
  /** By a sign-in, or by a registration that signs in. */
  | (OfAccount<'session.opened'> & { readonly sessionId: string })
  /** `account` is a hash of the name that was tried: it may be a password in the wrong field. */
  | {
      readonly kind: 'login.failed';
      readonly userId: number | undefined;
      readonly account: string;
      readonly reason: string;
    }
  /** `reason` is the code of the error in lower case. */
  | { readonly kind: FailureKind; readonly reason: string }
  /** A password asked for once more, of somebody signed in, was wrong. */
  | { readonly kind: 'confirmation.failed'; readonly userId: number; readonly reason: string }
  | { readonly kind: 'session.refreshed'; readonly userId: number; readonly sessionId: string }
  | { readonly kind: 'refresh_token.reused'; readonly userId: number; readonly sessionId: string }
  | {
      readonly kind: 'session.ended';
      readonly userId: number;
      readonly reason: SessionEnd;
      readonly sessions: number;
    }
  | { readonly kind: 'password.reset_requested'; readonly account: string }
  | {
      readonly kind: 'credits.booked';
      readonly userId: number;
      readonly transactionId: number;
      readonly type: string;
      /** Decimal text. */
      readonly amount: string;
      /** Who booked; an administrator may for others. */
      readonly bookedBy: number;
    };

export type SecurityEventKind = SecurityEvent['kind'];
