import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { hashToken } from '../../infrastructure/crypto/token-signer';
import type { User } from '../account';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';

/** How many links of a chain one answer follows: each stands for one lost answer within the grace period. */
const MAX_CHAIN_STEPS = 10;

/** What became of a refresh token that somebody presented. */
export type Rotation =
  | {
      readonly kind: 'rotated';
      readonly user: User;
      readonly sessionId: string;
      readonly refreshToken: string;
    }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'reused'; readonly sessionId: string; readonly userId: number };

export interface RotationTerms {
  readonly successorOf: (refreshToken: string) => string;
  readonly now: Date;
  /** When the session ends unless it is used again. */
  readonly expiresAt: Date;
  readonly reuseGraceMs: number;
}

/** Exchanges a refresh token for its successor, inside the caller's transaction. */
export async function rotate(
  em: SqlEntityManager,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Rotation> {
  const session = await lockSessionOf(em, refreshToken);
  if (!session || session.revokedAt || !session.user.isActive) return { kind: 'unknown' };
  if (session.expiresAt <= terms.now) return { kind: 'expired' };

  const live = await followToLiveToken(em, refreshToken, terms);
  if (live === 'reused') {
    session.revokedAt = terms.now;
    return { kind: 'reused', sessionId: session.id, userId: session.user.id };
  }
  if (live === 'broken') return { kind: 'unknown' };
  if (live.spend) await spend(em, session, live.token, terms);
  const next = live.spend ? terms.successorOf(live.token) : live.token;
  return { kind: 'rotated', user: session.user, sessionId: session.id, refreshToken: next };
}

/** Locks the session, so that two rotations of one chain follow one another; the second sees what the first did. */
async function lockSessionOf(em: SqlEntityManager, refreshToken: string): Promise<Session | null> {
  const token = await findToken(em, refreshToken);
  if (!token) return null;
  await em.findOne(Session, { id: token.session.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return em.findOne(Session, { id: token.session.id }, { populate: ['user'], refresh: true });
}

type Live = { readonly token: string; readonly spend: boolean } | 'reused' | 'broken';

/**
 * The chain's live end as seen from `refreshToken`: the token itself when it is unspent, or the unspent token that
 * followed it within the grace period.
 */
async function followToLiveToken(
  em: SqlEntityManager,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Live> {
  let token = refreshToken;
  for (let step = 0; step < MAX_CHAIN_STEPS; step += 1) {
    const link = await findToken(em, token);
    // The secret that successors are derived from has changed since: no theft, but no way on either.
    if (!link) return 'broken';
    if (!link.spentAt) return { token, spend: step === 0 };
    if (terms.now.getTime() - link.spentAt.getTime() > terms.reuseGraceMs) return 'reused';
    token = terms.successorOf(token);
  }
  return 'broken';
}

async function spend(
  em: SqlEntityManager,
  session: Session,
  token: string,
  terms: RotationTerms,
): Promise<void> {
  const replacedBy = hashToken(terms.successorOf(token));
  await em.insert(RefreshToken, { tokenHash: replacedBy, session: session.id, issuedAt: terms.now });
  await em.nativeUpdate(RefreshToken, { tokenHash: hashToken(token) }, { spentAt: terms.now, replacedBy });
  session.lastUsedAt = terms.now;
  session.expiresAt = terms.expiresAt;
}

async function findToken(em: SqlEntityManager, token: string): Promise<RefreshToken | null> {
  return em.findOne(RefreshToken, { tokenHash: hashToken(token) }, { disableIdentityMap: true });
}
