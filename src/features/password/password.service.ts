import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PasswordConfig } from '../../config';
import { AppError } from '../../errors';
import type { Clock } from '../../foundation/clock';
import { valuesOf } from '../../foundation/parsed';
import type { RequestContext, Viewer } from '../../foundation/request-context';
import type { PasswordHasher } from '../../infrastructure/crypto/password-hasher';
import type { Database } from '../../infrastructure/database/database';
import { parseNewPassword, passwordRuleOf, User, type AccountMails, type Credentials } from '../account';

/** What a change of password needs of sessions; the session slice provides it. */
export interface PasswordSessions {
  endAllOf(em: SqlEntityManager, userId: number, exceptId?: string): Promise<number>;
}

export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly credentials: Credentials,
    private readonly sessions: PasswordSessions,
    private readonly mails: AccountMails,
    private readonly strictRule: PasswordConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the password by the rule of its surface; ends every other session, keeps this one, and
   * tells the owner by mail.
   * @throws AppError INVALID_INPUT for a new password that breaks the rule; INVALID_CREDENTIALS for a wrong current one
   */
  async change(
    viewer: Viewer,
    currentPassword: string,
    newPassword: string,
    { surface }: Pick<RequestContext, 'surface'>,
  ): Promise<void> {
    const rule = passwordRuleOf(surface, this.strictRule);
    const values = valuesOf({ newPassword: parseNewPassword(newPassword, rule, 'newPassword') });
    const user = await this.credentials.confirm(viewer.userId, currentPassword);
    const hashedPassword = await this.hasher.hash(values.newPassword);
    await this.database.unitOfWork(async (em) => {
      // Two changes at once: the second one's current password is no longer right.
      const unchanged = { id: user.id, hashedPassword: user.hashedPassword };
      const found = await em.nativeUpdate(User, unchanged, { hashedPassword, updatedAt: this.clock.now() });
      if (found === 0)
        throw new AppError('INVALID_CREDENTIALS', { message: 'Current password is incorrect' });
      await this.sessions.endAllOf(em, user.id, viewer.sessionId);
      await this.mails.passwordChanged(em, user);
    });
  }
}
