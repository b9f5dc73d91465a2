import { addressKey } from '../../foundation/addresses';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../../infrastructure/database/database';
import { Session } from './session.entity';

const RECENT_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_SESSIONS = 100;

/** Knows from where an account was signed in to lately. */
export class RecentAddresses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async has(userId: number, ipAddress: string): Promise<boolean> {
    const since = new Date(this.clock.now().getTime() - RECENT_MS);
    const sessions = await this.database.read((em) =>
      em.find(
        Session,
        { user: userId, createdAt: { $gt: since } },
        { fields: ['ipAddress'], orderBy: { createdAt: 'desc' }, limit: MAX_SESSIONS },
      ),
    );
    return sessions.some((session) => addressKey(session.ipAddress) === addressKey(ipAddress));
  }
}
