import type { VerificationConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../../infrastructure/database/database';
import { User } from '../identity';
import type { AccountChanges } from '../sign-in';

/** Deletes accounts that were asked to verify their address and never did, so that the address is free again. */
export class UnverifiedAccounts {
  constructor(
    private readonly database: Database,
    private readonly changes: AccountChanges,
    private readonly config: Pick<VerificationConfig, 'unverifiedAccountSeconds'>,
    private readonly clock: Clock,
  ) {}

  /** Deletes one batch, each in a transaction of its own; returns how many accounts there were. */
  async purge(limit: number): Promise<number> {
    const madeBefore = new Date(this.clock.now().getTime() - this.config.unverifiedAccountSeconds * 1000);
    const overdue = { awaitsVerification: true, createdAt: { $lt: madeBefore } };
    const found = await this.database.read((em) =>
      em.find(User, overdue, { fields: ['id'], orderBy: { createdAt: 'asc' }, limit }),
    );
    for (const { id } of found) {
      await this.database.unitOfWork(async (em) => {
        const user = await this.changes.lock(em, id);
        // Verified, or taken by another node, since we looked.
        if (user?.awaitsVerification) await this.changes.delete(em, user, 'never_verified');
      });
    }
    return found.length;
  }
}
