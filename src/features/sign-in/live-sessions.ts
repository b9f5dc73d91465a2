import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Session } from './session.entity';

/** Ends a user's live sessions inside the caller's transaction, but for `exceptId`; returns how many. */
export async function endSessionsOf(
  em: SqlEntityManager,
  userId: number,
  now: Date,
  exceptId?: string,
): Promise<number> {
  const others = exceptId === undefined ? {} : { id: { $ne: exceptId } };
  return em.nativeUpdate(
    Session,
    { user: userId, revokedAt: null, expiresAt: { $gt: now }, ...others },
    { revokedAt: now },
  );
}

export async function isLive(em: SqlEntityManager, sessionId: string, now: Date): Promise<boolean> {
  return (await em.count(Session, { id: sessionId, revokedAt: null, expiresAt: { $gt: now } })) > 0;
}
