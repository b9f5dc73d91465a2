import type { PasswordConfig } from '../../config';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext } from '../../foundation/request-context';
import type { SessionViewer } from '../../foundation/viewer';
import { hashOwner } from '../../infrastructure/crypto/hash-owner';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { Database } from '../../infrastructure/database/database';
import { parseNewPassword, passwordRuleOf } from '../identity';
import { type AccountChanges, type Credentials } from '../sign-in';

export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly changes: AccountChanges,
    private readonly hasher: PasswordHasher,
    private readonly credentials: Credentials,
    private readonly strictRule: PasswordConfig,
  ) {}

  /**
   * Changes the password by the rule of its surface; ends every other session and keeps this one.
   * @throws AppError INVALID_INPUT for a new password that breaks the rule; INVALID_CREDENTIALS for a wrong current one;
   * RATE_LIMITED; INVALID_TOKEN when the session ended meanwhile; SERVICE_UNAVAILABLE
   */
  async change(
    viewer: SessionViewer,
    currentPassword: string,
    newPassword: string,
    context: RequestContext,
  ): Promise<void> {
    const rule = passwordRuleOf(context.surface, this.strictRule);
    const values = valuesOf({ newPassword: parseNewPassword(newPassword, rule, 'newPassword') });
    const proven = await this.credentials.confirm(viewer, currentPassword, context);
    const hashedPassword = await this.hasher.hash(values.newPassword, hashOwner(context, viewer));
    await this.database.unitOfWork(async (em) => {
      // Two changes at once: the second one's current password is no longer right.
      const user = await this.changes.lockProven(em, proven, viewer);
      await this.changes.apply(
        em,
        user,
        (one) => {
          one.hashedPassword = hashedPassword;
          return { kind: 'password.changed', user: one };
        },
        viewer.sessionId,
      );
    });
  }
}
